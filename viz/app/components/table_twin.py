"""The table behind a chart, folded away, and the plain table."""

import solara

from viz.app.components.elements import element
from viz.picture import Table


@solara.component_vue("table_twin.vue")
def _TableTwin(name: str, caption: str, headers: list[str], rows: list[list[str]], csv: str) -> None: ...


@solara.component
def TableTwin(name: str, table: Table) -> solara.Element:
    """The numbers of a chart as a table that opens on request, with a CSV to download."""
    return _TableTwin(name=name, caption=table.caption, headers=list(table.headers), rows=table.rows, csv=table.csv)


@solara.component
def PlainTable(table: Table) -> solara.Element:
    """A table that is always open."""
    head = element("tr", *(element("th", header, scope="col") for header in table.headers))
    rows = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:]))
        for row in table.rows
    ]
    body = element("table", element("caption", table.caption), element("thead", head), element("tbody", *rows))
    return element("div", body, class_="scroll", tabindex="0", role="region", aria_label=table.caption)
