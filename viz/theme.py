"""Colours, once, for the app and the report: a light and a dark palette under the same names.

Figures name a colour by its token (``"@plan-1"``); the browser or the report looks the token up in the palette of the
mode in use. `contrast_ratio` is the WCAG 2.2 measure; the tests hold every pair of `TEXT_PAIRS` to 4.5 and of
`GRAPHIC_PAIRS` to 3.
"""

from typing import Any

Palette = dict[str, str]

LIGHT: Palette = {
    "page": "#f6f6f3",
    "surface": "#ffffff",
    "ink": "#17242c",
    "muted": "#4f5d66",
    "rule": "#d8dcda",
    "control": "#74818a",
    "accent": "#0b5e66",
    "accent-ink": "#ffffff",
    "accent-soft": "#e4f0ef",
    "focus": "#b8420a",
    "notice": "#fdf3d8",
    "notice-ink": "#553f00",
    "notice-rule": "#b98500",
    "error": "#fdecea",
    "error-ink": "#8c1d18",
    "grid": "#e6e9e8",
    "base": "#5d6770",
    "base-full": "rgba(93,103,112,0.12)",
    "base-chance": "rgba(93,103,112,0.22)",
    "plan-1": "#0b6e75",
    "plan-1-full": "rgba(11,110,117,0.14)",
    "plan-1-chance": "rgba(11,110,117,0.30)",
    "plan-2": "#8a3b78",
    "plan-2-full": "rgba(138,59,120,0.14)",
    "plan-2-chance": "rgba(138,59,120,0.30)",
    "plan-3": "#8a5a00",
    "plan-3-full": "rgba(138,90,0,0.14)",
    "plan-3-chance": "rgba(138,90,0,0.30)",
    "less": "#e2b48a",
    "step-1": "#e1eeed",
    "step-2": "#b5d7d6",
    "step-3": "#7cbabb",
    "step-4": "#3d9699",
    "step-5": "#0b5e66",
    "missing": "#eceeed",
    "cell-edge": "#ffffff",
    "outline": "#3c4a53",
    "label": "rgba(255,255,255,0.72)",
}

DARK: Palette = {
    "page": "#11181c",
    "surface": "#1a2328",
    "ink": "#e9eeef",
    "muted": "#aab6bc",
    "rule": "#35424a",
    "control": "#8496a0",
    "accent": "#6fcdd1",
    "accent-ink": "#0c1a1d",
    "accent-soft": "#20373b",
    "focus": "#ffb056",
    "notice": "#3a3014",
    "notice-ink": "#ffe7ab",
    "notice-rule": "#d3a63a",
    "error": "#43201e",
    "error-ink": "#ffc9c3",
    "grid": "#2c373d",
    "base": "#a9b4bb",
    "base-full": "rgba(169,180,187,0.14)",
    "base-chance": "rgba(169,180,187,0.24)",
    "plan-1": "#5cc6cb",
    "plan-1-full": "rgba(92,198,203,0.16)",
    "plan-1-chance": "rgba(92,198,203,0.30)",
    "plan-2": "#e29bd2",
    "plan-2-full": "rgba(226,155,210,0.16)",
    "plan-2-chance": "rgba(226,155,210,0.30)",
    "plan-3": "#e3b15c",
    "plan-3-full": "rgba(227,177,92,0.16)",
    "plan-3-chance": "rgba(227,177,92,0.30)",
    "less": "#b9814f",
    "step-1": "#22343a",
    "step-2": "#24555b",
    "step-3": "#2f7f85",
    "step-4": "#59b0b4",
    "step-5": "#b4ebe8",
    "missing": "#2a3338",
    "cell-edge": "#1a2328",
    "outline": "#c5d0d4",
    "label": "rgba(17,24,28,0.66)",
}

TEXT_PAIRS = [
    ("ink", "page"),
    ("ink", "surface"),
    ("ink", "accent-soft"),
    ("muted", "page"),
    ("muted", "surface"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("accent-ink", "accent"),
    ("notice-ink", "notice"),
    ("error-ink", "error"),
]
GRAPHIC_PAIRS = [
    ("control", "page"),
    ("control", "surface"),
    ("focus", "page"),
    ("focus", "surface"),
    ("base", "surface"),
    ("plan-1", "surface"),
    ("plan-2", "surface"),
    ("plan-3", "surface"),
    ("outline", "surface"),
]

PLAN_COLOURS = ("plan-1", "plan-2", "plan-3")
STEPS = ("step-1", "step-2", "step-3", "step-4", "step-5")
FONT = "Roboto, 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', Arial, sans-serif"


def contrast_ratio(first: str, second: str) -> float:
    """WCAG contrast of two ``#rrggbb`` colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def resolve(value: Any, palette: Palette) -> Any:
    """A copy of nested lists and dicts in which every ``"@token"`` is the palette's colour."""
    if isinstance(value, str) and value.startswith("@"):
        return palette[value[1:]]
    if isinstance(value, dict):
        return {key: resolve(item, palette) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, palette) for item in value]
    return value


def stylesheet() -> str:
    """The palettes as CSS custom properties (``--ink``); Vuetify puts ``theme--dark`` on the page in dark mode."""

    def declarations(palette: Palette) -> str:
        return "".join(f"--{name}:{colour};" for name, colour in palette.items())

    # Paper is always light, whatever the screen shows.
    return f":root{{{declarations(LIGHT)}--font:{FONT};}}@media screen{{.theme--dark{{{declarations(DARK)}}}}}"
