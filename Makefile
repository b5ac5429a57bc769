# Everything runs from a fresh clone with Python 3.11 and make: `make demo`, `make test`, `make serve`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo example honesty serve test test-full lint clean

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
WORKERS ?= 2
DEMO := $(BIN)/uptake compare baseline smart-people --region gloucestershire --until 2030-12

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: .venv/.installed ## Compare a plan with no plan for Gloucestershire, and write the report
	$(BIN)/uptake warm
	$(DEMO) --replicates 20 --scale 0.1 --out out/demo
	$(DEMO) --replicates 1 --draws 0 --scale 1 --out out/demo-full
	$(BIN)/uptake report out/demo
	@echo "Tables at scale 0.1, 20 twins: out/demo; at full population, one twin: out/demo-full"

example: .venv/.installed ## Compute again the example that the app opens with and the picture of the README
	rm -rf out/example
	$(DEMO) --replicates 20 --scale 0.1 --out out/example
	$(BIN)/python -m viz.example out/example

honesty: .venv/.installed ## Put the table of docs/validation into the README, and make docs/TRACE.md again
	$(BIN)/python -m calibration.validation.honesty docs/validation
	$(BIN)/uptake validate trace --validation docs/validation --out docs/TRACE.md

serve: .venv/.installed ## Open the app in the browser
	$(BIN)/uptake serve

test: lint ## Check style and types, run the tests, try the wheel (under 12 minutes)
	$(BIN)/uptake warm
	$(BIN)/python -m pytest -n $(WORKERS)
	tests/wheel_smoke.sh

test-full: lint ## The same with the long tests; leaves a dated log in docs/
	$(BIN)/uptake warm
	$(BIN)/python -m pytest -n $(WORKERS) --no-header -m "full or not full" | tee docs/test-full-$$(date +%F).log
	tests/wheel_smoke.sh

lint: .venv/.test-installed ## Check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean: ## Remove outputs, builds and caches of tools; the environment and stored populations stay
	rm -rf out build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find model scenarios experiments calibration viz tests -name __pycache__ -type d -prune -exec rm -rf {} +

# What builds the package goes first, so that nothing is fetched that constraints.txt does not name.
.venv/.installed: pyproject.toml constraints.txt .ci/prepare
	.ci/prepare venv
	$(PIP) hatchling editables
	$(PIP) --no-build-isolation --editable .
	touch $@

.venv/.test-installed: .venv/.installed
	.ci/prepare browser
	$(PIP) --no-build-isolation --editable '.[test]'
	touch $@
