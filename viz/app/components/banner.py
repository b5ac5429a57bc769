"""A message that stays in view: what the numbers are, or what went wrong."""

from typing import Literal

import solara

from viz.app.components.elements import element

Kind = Literal["notice", "wrong"]


@solara.component
def Banner(title: str, text: str, kind: Kind = "notice") -> solara.Element:
    """A boxed message; an error is announced at once."""
    role = "alert" if kind == "wrong" else "note"
    return element("div", element("strong", title), element("span", f" {text}"), class_=f"banner {kind}", role=role)
