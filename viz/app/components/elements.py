"""Plain HTML elements as Solara elements. Text children are escaped by Vue."""

from collections.abc import Callable
from typing import Any

import reacton.ipyvuetify as v
import solara

Child = solara.Element | str


def element(tag: str, *children: Child, **attributes: Any) -> solara.Element:
    """``element("p", "Hello", class_="lead", aria_label="...")``; None and False leave an attribute out, True sets it.

    One underscore at the end is dropped, others become hyphens. The browser cannot change an element's tag: where an
    element may be absent, give it and those after it a `key`.
    """
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    classes = named.pop("class", "")
    kept = {key: "" if value is True else str(value) for key, value in named.items() if value not in (None, False)}
    return v.Html(tag=tag, children=list(children), class_=classes, attributes=kept)


def section(name: str, title: str, *children: solara.Element) -> solara.Element:
    """A part of a page under a heading; `name` is the heading's id."""
    return element("section", element("h2", title, id=name), *children, class_="part", aria_labelledby=name)


@solara.component
def Button(label: str, on_click: Callable[[], None], kind: str = "main", disabled: bool = False) -> solara.Element:
    """A native button, "main" or "other". A disabled one keeps the keyboard's focus and says that it is unavailable."""
    button = element(
        "button", label, type="button", class_=f"button {kind}", aria_disabled="true" if disabled else None
    )
    v.use_event(button, "click", lambda *_: None if disabled else on_click())
    return button
