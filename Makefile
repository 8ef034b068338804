# Two commands do all the set-up on a machine with Python 3.11, pip and make: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
HOME_DIR ?= var
# CI sets this: branch coverage with its floor, and a real browser, cost half as much again.
MORE ?=
# Without it each process compiles all that it imports: half of its start.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo run test check lint words long chaos soak bench real pictures lock wheel clean

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Konato needs Python 3.11: make PYTHON=python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## the whole job on bundled feeds, offline
	@$(BIN)/konato demo --home $(HOME_DIR)

run: $(READY)  ## one cycle with config/
	@$(BIN)/konato run --home $(HOME_DIR)

check: $(READY)  ## validate config/
	@$(BIN)/konato check --home $(HOME_DIR)

lint: $(READY)  ## format, lint, types, import contract
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/python scripts/lexicon.py
	@$(BIN)/mypy
	@$(BIN)/lint-imports

words: $(READY)  ## bring the lexicon's files into form
	@$(BIN)/python scripts/lexicon.py --write

test: $(READY)  ## the tests, a minute and a half to two on two cores
	@$(BIN)/pytest -n 3 --dist worksteal $(MORE)

long: $(READY)  ## kills, mutants, soaks: the long forms
	@$(BIN)/pytest -m 'long or browser' --timeout 7200

chaos: $(READY)  ## kill -9 at every named point and at random instants
	@$(BIN)/pytest -m long --timeout 7200 -k chaos -s

soak: $(READY)  ## the unattended service with real processes
	@$(BIN)/pytest -m long --timeout 7200 -k soak -s

bench: $(READY)  ## timings, as ratios taken in one run
	@$(BIN)/python -m tests.bench

real: $(READY)  ## the pipeline over recorded feeds in ../shared/real-feeds, where there are any
	@$(BIN)/pytest tests/flows/measure/test_real.py -s

pictures: $(READY)  ## the README's pictures, from the demo, with the machine's Chromium
	@$(BIN)/python -m scripts.pictures > /dev/null

lock: $(READY)  ## pin and hash the dependencies
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --group dev --upgrade pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links -c requirements.lock pyproject.toml -o deploy/requirements.lock

wheel: $(READY)  ## build the wheel of the last commit, the same bytes wherever
	@sh scripts/wheel.sh $(BIN)/python

clean:  ## remove what is made
	@rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
