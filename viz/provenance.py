"""Where a document's numbers come from: the runs, their versions, and the command that makes them again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from viz import words

if TYPE_CHECKING:
    from experiments.compare import Comparison


def facts(comparison: Comparison) -> list[tuple[str, str]]:
    """What the runs behind a document were."""
    manifest, inputs = comparison.manifest, comparison.manifest["inputs"]
    platform = manifest.get("platform", {})
    machine = ", ".join(f"{name} {platform[name]}" for name in ("system", "machine", "python") if name in platform)
    return [
        ("Region", comparison.region_title),
        ("Last month", words.month_name(comparison.until)),
        (
            "Runs",
            f"{inputs['replicates']} seeds at central values; {inputs['draws']} draw{'s' * (inputs['draws'] != 1)} of the parameters, two seeds each",
        ),
        ("People and firms simulated", f"{inputs['scale']:.3g} of them; results are scaled up"),
        ("Seed", str(inputs["seed"])),
        ("Uptake version", str(manifest.get("version", ""))),
        ("Model version", str(manifest["model_version"])),
        ("Result identity", str(manifest["identity"])),
        *([("Platform", machine)] if machine else []),
        ("Made", str(manifest.get("created", ""))[:10]),
    ]


def command(comparison: Comparison) -> str:
    """The command that makes the same results again with the same version."""
    inputs = comparison.manifest["inputs"]
    options = {"--region": inputs["region"], "--replicates": inputs["replicates"], "--draws": inputs["draws"],
               "--scale": inputs["scale"], "--seed": inputs["seed"], "--until": inputs["until"]}  # fmt: skip
    words_of_options = [str(word) for option in options.items() for word in option]
    changed = [word for name, value in inputs["parameters"].items() for word in ("--set", f"{name}={value!r}")]
    parts = ["uptake", "compare", inputs["base"], *inputs["plans"], *words_of_options, *changed, "--out", "out/again"]
    return shlex.join(parts)


def own_files(comparison: Comparison) -> list[str]:
    """Scenarios of the command that are not of the library: their files' paths have to stand there instead."""
    from scenarios.loader import list_scenarios

    inputs = comparison.manifest["inputs"]
    return [name for name in (inputs["base"], *inputs["plans"]) if name not in list_scenarios()]
