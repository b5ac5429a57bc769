import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The module of made-up test data."""
    return _module("made_up_comparison")


@pytest.fixture(scope="session")
def comparison(made_up: ModuleType):
    """A Comparison of made-up numbers with a clear gain."""
    return made_up.make_comparison()
