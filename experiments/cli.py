"""The command `uptake`: joins the rooms' commands. Imports of slow libraries wait inside the commands."""

import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, NoReturn, cast

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
    from calibration.calibrate_commands import calibrate
    from calibration.commands import evidence_app
    from calibration.validate_commands import make_validate_app
    from experiments import appraisal_commands as appraisal
    from experiments import commands as experiments
    from experiments import inclusion_commands as inclusion
    from model import commands as model
    from scenarios.commands import regions_app
    from scenarios.programme_commands import programmes_app
    from scenarios.scenario_commands import scenarios_app
    from viz import commands as viz

    app = typer.Typer(
        name="uptake",
        no_args_is_help=True,
        add_completion=False,
        help="Who gets online in a UK region, what a programme adds, for whom, and at what price.",
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def options(
        version: Annotated[
            bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
        ] = False,
    ) -> None:
        """Options before the command."""

    for command in (
        experiments.run,
        experiments.compare,
        appraisal.appraise,
        inclusion.fairness,
        viz.report,
        viz.assess_inclusion,
        viz.serve,
        experiments.explain,
        experiments.couplings,
        experiments.bench,
        calibrate,
    ):
        app.command()(command)
    app.command()(experiments.warm)
    programmes_app.command("coverage")(experiments.coverage)
    app.command()(model.phases)
    for name, part in (
        ("regions", regions_app),
        ("programmes", programmes_app),
        ("scenarios", scenarios_app),
        ("parameters", model.parameters_app),
        ("evidence", evidence_app),
        ("validate", make_validate_app(viz.draw_validation)),
    ):
        app.add_typer(part, name=name)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from experiments.store import package_version

        typer.echo(f"uptake {package_version()}")
        raise typer.Exit


def main() -> None:
    """Entry point: exit code 0 good, 1 failed or stopped, 2 for input that cannot be used."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        check_rooms()
        code = make_app()(standalone_mode=False) or 0
        if code == STOPPED_BY_KEYBOARD:
            _say("stopped; nothing was written", 1)
        sys.exit(code)
    except InputError as error:
        _say(str(error), 2)
    except UsageError as error:
        if not error.format_message():
            sys.exit(2)  # no command given: the help is printed already
        # The library would print a box of several lines.
        _say(f"{error.format_message().rstrip('.')}; see `{_command(error)} --help`", 2)
    except (typer.Abort, KeyboardInterrupt):
        _say("stopped; nothing was written", 1)
    except OSError as error:
        _say(str(error), 1)


UsageError = cast(type[typer.BadParameter], typer.BadParameter.__bases__[0])
"""Wrong use of the command line, as Typer's parser raises it"""
STOPPED_BY_KEYBOARD = 130


def _command(error: typer.BadParameter) -> str:
    return error.ctx.command_path if error.ctx else "uptake"


def _stop(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _say(text: str, code: int) -> NoReturn:
    sys.stderr.write(f"uptake: {' '.join(text.split())}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
