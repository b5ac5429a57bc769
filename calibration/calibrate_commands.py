"""`uptake calibrate`: fit the model to the published figures, and ship the fit."""

from pathlib import Path
from typing import Annotated

import typer


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the fit; the same command again goes on with it.")],
    targets: Annotated[
        str, typer.Option("--targets", help="What to fit, separated by commas: residents, training, firms.")
    ] = "residents,training,firms",
    budget: Annotated[
        int | None, typer.Option("--budget", help="Runs of the model in all. Left out: as many as a full fit needs.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A rough trial in minutes, on a small sample; it cannot be accepted.")
    ] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", help="Processes. Left out: one a core.", min=1)] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Address of a Dask scheduler whose workers do the runs.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of design, runs and draws.", min=0)] = 1,
    accept: Annotated[
        bool, typer.Option("--accept", help="Run nothing: make the finished fit in --out the posterior of the model.")
    ] = False,
    pyabc: Annotated[
        bool, typer.Option("--pyabc", help="When the fit is finished, add a third opinion by the package pyABC.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Fit the model's parameters to the published figures. Ctrl-C keeps finished runs; the same command goes on.

    Example: uptake calibrate --quick --out out/quick-fit
    """
    import json

    from calibration.calibrate import Request, accept_fit, add_third_opinions, run_calibration
    from calibration.fit.pyabc_check import require_pyabc
    from calibration.fit_summary import fit_lines
    from experiments.progress import Progress

    if accept:
        shipped = accept_fit(out)
        typer.echo(json.dumps({"accepted": str(shipped)}) if as_json else f"Accepted: {shipped}")
        return
    if pyabc:
        require_pyabc()
    names = tuple(name.strip() for name in targets.split(",") if name.strip())
    try:
        with Progress() as progress:
            request = Request(out, names, budget, quick, seed)
            manifest = run_calibration(request, jobs=jobs, cluster=cluster, progress=progress)
            if pyabc:
                add_third_opinions(request, progress)
    except KeyboardInterrupt:
        typer.echo("uptake: stopped; finished runs are kept, the same command goes on with them", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(manifest, indent=1, ensure_ascii=False))
        return
    for line in fit_lines(manifest, out):
        typer.echo(line)
