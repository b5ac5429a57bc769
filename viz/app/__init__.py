"""The web app. Solara finds its pages in `routes`; `uptake serve` starts it."""

import solara

from viz.app.layout import Layout
from viz.app.pages.compare import ComparePage

routes = [solara.Route(path="/", component=ComparePage, layout=Layout, label="Compare plans")]
