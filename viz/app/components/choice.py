"""A labelled native select."""

from collections.abc import Callable, Sequence

import solara


@solara.component_vue("choice.vue")
def _Choice(
    name: str,
    label: str,
    value: str,
    options: list[dict[str, str]],
    hint: str = "",
    problem: str = "",
    disabled: bool = False,
    event_chosen: Callable[[str], None] | None = None,
) -> None: ...


@solara.component
def Choice(
    name: str,
    label: str,
    value: str,
    options: Sequence[tuple[str, str]],
    on_value: Callable[[str], None],
    hint: str = "",
    problem: str = "",
    disabled: bool = False,
) -> solara.Element:
    """Choose one of `options` (value, label); `name` is unique on the page; `problem` is shown beside the field."""
    listed = [{"value": option, "label": text} for option, text in options]
    return _Choice(
        name=name,
        label=label,
        value=value,
        options=listed,
        hint=hint,
        problem=problem,
        disabled=disabled,
        event_chosen=on_value,
    )
