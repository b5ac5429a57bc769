"""Commands that run the model: run, compare, explain, bench."""

from pathlib import Path
from typing import Annotated

import typer

Region = Annotated[str, typer.Option("--region", "-r", help="Region: a name of `uptake regions list`, or a folder.")]
Replicates = Annotated[int, typer.Option("--replicates", "-n", help="Seeds at central parameters.")]
Scale = Annotated[float, typer.Option("--scale", "-s", help="Share of the population to simulate, above 0, up to 1.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the luck.")]
Until = Annotated[str, typer.Option("--until", help="Last month, YYYY-MM.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the tables (new or empty).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Draws = Annotated[int, typer.Option("--draws", help="Draws of the parameters for the full interval, two seeds each.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="A behaviour parameter, NAME=VALUE; may be given more than once.")
]


def _parameters(settings: list[str] | None) -> dict[str, float]:
    from model.errors import InputError

    values: dict[str, float] = {}
    for setting in settings or []:
        name, _, text = (part.strip() for part in setting.partition("="))
        if not name or name in values:
            problem = "parameter given twice" if name else "no parameter named"
            raise InputError(problem, key="--set", value=setting, allowed="NAME=VALUE, each name once")
        try:
            values[name] = float(text)
        except ValueError:
            raise InputError("not NAME=VALUE with a number", key="--set", value=setting) from None
    return values


def run(
    scenario: Annotated[str, typer.Argument(help="Scenario: a name of `uptake scenarios list`, or a file.")],
    region: Region = "gloucestershire",
    replicates: Replicates = 5,
    scale: Scale = 0.1,
    seed: Seed = 1,
    until: Until = "2030-12",
    out: Out = None,
    settings: Set = None,
    as_json: AsJson = False,
) -> None:
    """Run one scenario and print its yearly course.

    Example: uptake run baseline --region glasgow --scale 0.05 --out out/glasgow
    """
    from experiments.compare import run_comparison
    from experiments.progress import Progress
    from model.console import print_table

    with Progress() as progress:
        result = run_comparison(
            scenario, [], region, replicates=replicates, draws=0, scale=scale, seed=seed, until=until,
            parameters=_parameters(settings), out=out, progress=progress,
        )  # fmt: skip
    tables = [result.bands(name).assign(indicator=name) for name in ("online_share", "foundation_share", "work_share")]
    import pandas as pd

    table = pd.concat(tables)
    table = table[table["period"].astype(str).str.endswith("-12") | (table["period"] == result.until)]
    columns = ["indicator", "period", "mean", "chance_low", "chance_high", "unit"]
    runs = f"mean of {replicates} runs, 90% interval by chance" if replicates > 1 else "one run, no interval"
    title = f"{result.titles[result.base]}, {result.region_title}: {runs}"
    print_table(table[columns].reset_index(drop=True).round(2), title, as_json)
    if out is not None and not as_json:
        typer.echo(f"Tables: {out}")


def compare(
    base: Annotated[str, typer.Argument(help="The scenario to compare with, usually `baseline`.")],
    plans: Annotated[list[str], typer.Argument(help="One or more plans.")],
    region: Region = "gloucestershire",
    replicates: Replicates = 20,
    draws: Draws = 20,
    scale: Scale = 0.1,
    seed: Seed = 1,
    until: Until = "2030-12",
    out: Out = None,
    settings: Set = None,
    as_json: AsJson = False,
) -> None:
    """Compare plans with a baseline, person by person, on the same luck.

    Example: uptake compare baseline smart-people --region gloucestershire --replicates 20 --out out/smart-people
    """
    import json

    from experiments.compare import run_comparison
    from experiments.progress import Progress
    from experiments.summary import summary_json, summary_text

    with Progress() as progress:
        result = run_comparison(
            base, plans, region, replicates=replicates, draws=draws, scale=scale, seed=seed, until=until,
            parameters=_parameters(settings), out=out, progress=progress,
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(summary_json(result), indent=1, ensure_ascii=False))
        return
    typer.echo(summary_text(result))
    if out is not None:
        typer.echo(f"Tables: {out}")


def explain(
    resident: Annotated[str, typer.Option("--resident", help="Key of a resident (see table `agents` or `treated`).")],
    month: Annotated[str, typer.Option("--month", help="Month to explain, YYYY-MM.")],
    base: Annotated[str, typer.Option("--base", help="Baseline scenario.")] = "baseline",
    plan: Annotated[str, typer.Option("--plan", help="Plan scenario.")] = "smart-people",
    region: Region = "gloucestershire",
    scale: Scale = 0.1,
    seed: Seed = 1,
    settings: Set = None,
    as_json: AsJson = False,
) -> None:
    """Why a resident did what they did in a month: inputs, probability, draw and result of each decision, in both twins.

    Example: uptake explain --resident 1234567890123456789 --month 2029-03
    """
    from experiments.explain import explain_resident
    from model.console import print_tables

    tables = explain_resident(
        resident, month, base=base, plan=plan, region=region, scale=scale, seed=seed, parameters=_parameters(settings)
    )
    print_tables(tables, as_json)


def bench(
    what: Annotated[str, typer.Argument(help="phases, or engines: columns against one agent at a time.")] = "phases",
    region: Region = "gloucestershire",
    scale: Scale = 0.1,
    until: Until = "2030-12",
    runs: Annotated[int, typer.Option("--runs", help="Timed runs after one to warm up.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Time the phases of a run on one thread per resident and month, or the fast engine against the reference.

    Example: uptake bench engines --scale 0.04
    """
    from experiments.bench import time_phases
    from experiments.runner import check_count
    from model.console import print_tables
    from model.errors import InputError

    check_count("--runs", runs, 1, 1000)
    if what == "engines":
        from experiments.bench_engines import time_engines

        print_tables(time_engines(region, scale, runs), as_json)
        return
    if what != "phases":
        raise InputError("nothing to time", key="what", value=what, allowed=("phases", "engines"))

    print_tables(time_phases(region, scale, until, runs), as_json)


def couplings(
    scenario: Annotated[
        str, typer.Argument(help="Scenario: a name of `uptake scenarios list`, or a file.")
    ] = "baseline",
    region: Region = "gloucestershire",
    replicates: Replicates = 10,
    draws: Draws = 10,
    scale: Scale = 0.1,
    seed: Seed = 1,
    until: Until = "2030-12",
    as_json: AsJson = False,
) -> None:
    """Switch each coupling between residents, firms and hubs off, and print what it does, with an interval.

    Example: uptake couplings smart-futures --region glasgow --replicates 5 --draws 5
    """
    from experiments.couplings import coupling_effects
    from experiments.progress import Progress
    from model.console import print_table
    from model.couplings import COUPLINGS

    with Progress() as progress:
        table = coupling_effects(
            scenario, region, replicates=replicates, draws=draws, scale=scale, seed=seed, until=until, progress=progress
        )
    table.insert(1, "what it is", [COUPLINGS[name].meaning for name in table["coupling"]])
    print_table(table, f"Effect of each coupling (on minus off), {scenario}, {region}, {until}", as_json)


def coverage(
    as_json: AsJson = False,
) -> None:
    """Run the template of every measure of the five strategies against its twin, and print what each moves.

    Fails if a measure is missing or a mechanism moves nothing. Example: uptake programmes coverage
    """
    from experiments.coverage import coverage as measure_coverage
    from experiments.progress import Progress
    from model.console import print_table

    with Progress() as progress:
        table = measure_coverage(progress)
    print_table(table if as_json else table.drop(columns=["moved"]), "Measures of the five strategies", as_json)
    kinds = table["kind"].value_counts()
    if not as_json:
        typer.echo(", ".join(f"{count} {kind}s" for kind, count in kinds.items()))
    faults = table[table["fault"] != ""]
    for row in faults.to_dict("records"):
        typer.echo(f"{row['measure']} {row['title']}: {row['fault']}", err=True)
    if len(faults):
        raise typer.Exit(1)


def warm() -> None:
    """Compile the kernels into the cache, so that later commands start at once.

    Example: uptake warm
    """
    import time

    from experiments.warm import compile_kernels

    started = time.perf_counter()
    compile_kernels()
    typer.echo(f"kernels are compiled ({time.perf_counter() - started:.1f} s)")
