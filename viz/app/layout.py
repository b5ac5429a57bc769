"""What every page shares: skip link, header, navigation, footer with the licence statement."""

import solara

from viz import theme, words
from viz.app.components.elements import element

PAGES = (("/", "Compare plans"),)


@solara.component
def Layout(children: list[solara.Element]) -> solara.Element:
    """The page around its content. It scrolls as a document, so that it prints as one."""
    router = solara.use_router()
    # The list of links marks where the reader is.
    links = [
        element("li", element("a", title, href=path, aria_current="page" if router.path == path else None))
        for path, title in PAGES
    ]
    brand = element(
        "p", element("strong", "Uptake"), element("span", "What would a digital plan change?"), class_="brand"
    )
    return element(
        "div",
        solara.Style(theme.stylesheet()),
        element("a", "Skip to main content", href="#main", class_="skip"),
        element(
            "header",
            element("div", brand, element("nav", element("ul", *links), aria_label="Pages"), class_="width"),
            class_="top",
        ),
        element("main", *children, id="main", tabindex="-1", class_="width"),
        element("footer", element("div", *_footer(), class_="width"), class_="bottom"),
        class_="uptake",
    )


def _footer() -> list[solara.Element]:
    lines = [element("li", line) for line in words.LICENCE_LINES]
    return [
        element("h2", "About these numbers"),
        element(
            "p",
            "They come from a simulation of made-up people and firms that resemble those of a region in published figures. "
            "They say what happens in this model, not what will happen.",
        ),
        element("ul", *lines),
    ]
