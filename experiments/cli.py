"""The command `uptake`: joins the rooms' commands. Imports of slow libraries wait inside the commands."""

import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from model.errors import InputError

ROOMS = ("model", "scenarios", "experiments", "calibration", "viz")


def check_rooms() -> None:
    """The rooms' names are generic: make sure that none is shadowed by another file. Raises InputError."""
    home = Path(__file__).resolve().parent.parent
    for room in ROOMS:
        spec = find_spec(room)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != home:
            raise InputError("another module of that name comes first", key=room, value=str(origin), allowed=str(home))


def make_app() -> typer.Typer:
    """Every command of every room."""
    from calibration.commands import evidence_app
    from experiments import commands as experiments
    from model import commands as model
    from scenarios.commands import regions_app
    from scenarios.programme_commands import programmes_app, scenarios_app
    from viz import commands as viz

    app = typer.Typer(
        name="uptake",
        no_args_is_help=True,
        add_completion=False,
        help="Who gets online in a UK region, what a programme adds, for whom, and at what price.",
        pretty_exceptions_enable=False,
    )
    for command in (
        experiments.run,
        experiments.compare,
        viz.report,
        viz.serve,
        experiments.explain,
        experiments.bench,
    ):
        app.command()(command)
    app.command()(experiments.warm)
    app.command()(model.phases)
    for name, part in (
        ("regions", regions_app),
        ("programmes", programmes_app),
        ("scenarios", scenarios_app),
        ("parameters", model.parameters_app),
        ("evidence", evidence_app),
    ):
        app.add_typer(part, name=name)
    return app


def main() -> None:
    """Entry point: exit code 0 good, 1 failed, 2 for input that cannot be used."""
    try:
        check_rooms()
        make_app()()
    except InputError as error:
        sys.stderr.write(f"uptake: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("uptake: stopped\n")
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"uptake: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
