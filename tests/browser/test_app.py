"""The compare page in a real browser: at once, offline, accessible, and able to run and cancel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

pytestmark = pytest.mark.browser
WAIT_MS = 30_000


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails its test on a request outside the server, a missing file or a script error."""
    options = {"viewport": {"width": 1280, "height": 900}} | getattr(request, "param", {})
    context = browser.new_context(**options)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    troubles: list[str] = []

    def note(response: Response) -> None:
        if response.status >= 400:
            troubles.append(f"{response.status} {response.url}")

    def watch(request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            troubles.append(f"outside: {request.url}")

    page.on("response", note)
    page.on("request", watch)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert troubles == []


def open_example(page: Page, url: str, n_pictures: int = 5) -> None:
    page.goto(url)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("figure.picture")).to_have_count(n_pictures)


def test_the_example_is_there_at_once(page: Page, made_up_server: Any) -> None:
    open_example(page, made_up_server.url)
    expect(page.locator("h1")).to_have_text("Gloucestershire: Smart people or No new programme?")
    expect(page.locator(".answer")).to_contain_text("90% interval")
    expect(page.locator(".finding .tile")).to_have_count(4)
    expect(page.get_by_text("Uncalibrated: prior draws.")).to_be_visible()
    expect(page.get_by_text("Of the spread of additional people online:")).to_be_visible()
    expect(page.get_by_text("Open Government Licence v3.0").first).to_be_visible()
    expect(page).to_have_title("Smart people in Gloucestershire – Uptake")
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert "user-scalable=no" not in page.evaluate("document.querySelector('meta[name=viewport]').content")


@pytest.mark.parametrize(
    "page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"]
)
def test_no_accessibility_fault_of_weight(page: Page, made_up_server: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    open_example(page, made_up_server.url)
    for summary in page.locator("details summary").all():
        summary.click()
    background = page.evaluate("getComputedStyle(document.querySelector('.uptake')).backgroundColor")
    faults = Axe().run(page).response["violations"]
    grave = [(fault["id"], fault["nodes"][0]["html"]) for fault in faults if fault["impact"] in ("serious", "critical")]
    assert grave == []
    assert (background == "rgb(17, 24, 28)") == page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_cut_off_at_any_width(page: Page, made_up_server: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_example(page, made_up_server.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for plot in page.locator(".plot").all():
        box = plot.locator(".main-svg").first.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width


def test_every_chart_has_its_numbers_as_a_table(page: Page, made_up_server: Any) -> None:
    open_example(page, made_up_server.url)
    for figure in page.locator("figure.picture").all():
        assert figure.locator("[role=img]").get_attribute("aria-label")
        figure.locator("summary").click()
        expect(figure.locator("table caption")).to_be_visible()
        assert figure.locator("thead th[scope=col]").count() >= 4
        assert figure.locator("tbody tr").count() == figure.locator("tbody th[scope=row]").count() > 1
    with page.expect_download() as download:
        page.locator("figure.picture").first.get_by_text("Download as CSV").click()
    assert download.value.suggested_filename == "added.csv"
    assert Path(download.value.path()).read_text().startswith("scenario,period,mean,low,high")


def test_groups_can_be_chosen(page: Page, made_up_server: Any) -> None:
    open_example(page, made_up_server.url)
    page.get_by_label("Show people by").select_option("disability")
    expect(page.get_by_role("heading", name="Disability: the largest gain")).to_be_visible()


def test_a_run_shows_progress_and_its_answer_replaces_the_example(page: Page, made_up_server: Any) -> None:
    open_example(page, made_up_server.url)
    before = page.locator(".answer").inner_text()
    page.get_by_label("Region").select_option("glasgow")
    page.get_by_role("button", name="Run comparison").click()
    expect(page.get_by_role("progressbar", name="Progress of the comparison")).to_be_visible()
    expect(page.locator(".status")).to_contain_text("pairs of runs are done", timeout=WAIT_MS)
    expect(page.get_by_text("Your result")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".status")).to_have_text("Done. The new answer is on this page.")
    assert page.locator(".answer").inner_text() != before
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_a_run_can_be_cancelled_with_the_keyboard_alone(page: Page, made_up_server: Any) -> None:
    open_example(page, made_up_server.url)
    before = page.locator(".answer").inner_text()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Run comparison":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("pairs of runs are done", timeout=WAIT_MS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_contain_text("Cancelled.", timeout=WAIT_MS)
    assert page.locator(".answer").inner_text() == before


def test_the_same_plan_twice_is_refused_beside_the_field(page: Page, made_up_server: Any) -> None:
    open_example(page, made_up_server.url)
    page.get_by_label("Plan", exact=True).select_option("baseline")
    page.get_by_role("button", name="Run comparison").click()
    expect(page.get_by_text("Choose two different plans to compare.")).to_be_visible()
    assert page.get_by_label("Plan", exact=True).get_attribute("aria-describedby") == "choice-plan-problem"
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_visitors_do_not_see_each_other(browser: Any, made_up_server: Any) -> None:
    first, second = browser.new_context().new_page(), browser.new_context().new_page()
    open_example(first, made_up_server.url)
    open_example(second, made_up_server.url)
    first.get_by_label("Show people by").select_option("sex")
    expect(first.get_by_role("heading", name="Sex: the largest gain")).to_be_visible()
    expect(second.get_by_role("heading", name="Age: the largest gain")).to_be_visible()
    for page in (first, second):
        page.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_firms_and_hubs_have_their_part_of_the_page(page: Page, firm_server: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 800})
    open_example(page, firm_server.url, 15)
    expect(page.locator(".finding .tile")).to_have_count(8)
    expect(page.locator(".answer")).to_have_count(2)
    page.get_by_label("Technology", exact=True).select_option("ai")
    expect(page.get_by_role("heading", name="Artificial intelligence:").first).to_be_visible()
    page.get_by_label("Show firms by").select_option("sector")
    expect(page.get_by_role("heading", name="Sector: the largest gain")).to_be_visible()
    expect(page.get_by_role("heading", name="Can hubs carry it?")).to_be_visible()
    for summary in page.locator("details summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    faults = Axe().run(page).response["violations"]
    assert [(f["id"], f["nodes"][0]["html"]) for f in faults if f["impact"] in ("serious", "critical")] == []


def test_firms_leave_the_page_with_a_result_that_has_none(page: Page, firm_server: Any) -> None:
    open_example(page, firm_server.url, 15)
    page.get_by_role("button", name="Run comparison").click()
    expect(page.get_by_text("Your result")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("figure.picture")).to_have_count(5)
    expect(page.locator(".finding .tile")).to_have_count(4)
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.get_by_role("heading", name="Do other firms lose by it?")).to_have_count(0)


def test_a_small_comparison_runs_to_its_end(page: Page, real_server: Any) -> None:
    """The real model on 1 person in 50, as `uptake serve` runs it."""
    page.goto(real_server.url)
    page.get_by_label("Plan", exact=True).select_option("smart-people")
    page.get_by_role("button", name="Run comparison").click(timeout=WAIT_MS)
    expect(page.get_by_text("Your result")).to_be_visible(timeout=480_000)
    expect(page.locator(".finding .tile")).to_have_count(4)
    expect(page.locator("figure.picture")).to_have_count(7)
