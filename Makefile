# Two commands for people: `make demo` and `make test`. Everything else is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PORT ?= 8000

.PHONY: demo test setup setup-dev lint lock bench clean

demo: setup
	$(BIN)/healthrec demo --port $(PORT)

test: setup-dev
	$(BIN)/python -m pytest -n 2

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The locks are complete, so nothing is resolved anew (--no-deps), and name every package by hash and no address; recompile them to update.
lock:
	uv pip compile pyproject.toml --extra pg --extra checkout --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q -o requirements.lock
	uv pip compile pyproject.toml --extra pg --extra checkout --group dev --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q -c requirements.lock -o requirements-dev.lock

# Needs wrk and a PostgreSQL; takes about half an hour and writes benchmarks/results/.
bench: setup-dev $(VENV)/yardstick/.ready
	$(BIN)/python -m benchmarks --write --yardstick $(VENV)/yardstick/bin/sekmet
	$(BIN)/python -m benchmarks.imports
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.immunization
	$(BIN)/python -m benchmarks.charts
	$(BIN)/python -m benchmarks.giving
	$(BIN)/python -m benchmarks.pages fill
	$(BIN)/python -m benchmarks.pages measure

# What we measure against has an environment of its own, so that its libraries are not ours.
$(VENV)/yardstick/.ready: benchmarks/yardstick.lock
	$(PYTHON) -m venv $(VENV)/yardstick
	$(VENV)/yardstick/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
