"""The web server around the app: settings first, then Solara on uvicorn, one process."""

import importlib.util
import os
import socket
from pathlib import Path

from model.errors import InputError

SETTINGS = {
    "SOLARA_APP": "viz.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_TITLE": "Uptake",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_SESSION_HTTP_ONLY": "True",
}


def run_server(host: str, port: int) -> None:
    """Serve until interrupted. Raises InputError if the address cannot be listened on."""
    listener = _listen(host, port)
    os.environ.update(SETTINGS)
    # Solara serves these folders beside the app's own assets: the installed package's script need not be copied.
    os.environ["SOLARA_ASSETS_EXTRA_LOCATIONS"] = str(plotly_folder())
    _serve(listener)


def plotly_folder() -> Path:
    """The folder of the installed plotly package that holds plotly.min.js; plotly itself is not imported."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise InputError("the package plotly is not installed", allowed="pip install uptake")
    return Path(spec.origin).parent / "package_data"


def _serve(listener: socket.socket) -> None:
    import warnings

    import typer
    import uvicorn

    # Said once a visit on a plain http address, about pages shown inside other pages; this one is not.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")

    # Solara reads its settings when it is first imported.
    from solara.server.starlette import app

    from viz.jobs import shared_queue

    host, port = listener.getsockname()[:2]
    typer.echo(f"Uptake is at http://{host}:{port} (Ctrl-C to stop)")
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        # uvicorn has already shut down in order and passes the signal on.
        pass
    finally:
        shared_queue().close()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise InputError(f"cannot listen: {reason.lower()}", key="--host, --port", value=f"{host}:{port}") from None
    return listener
