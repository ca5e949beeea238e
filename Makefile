# Two commands for a newcomer: `make run` and `make test`. Every target re-uses what is installed.
# PIP_ARGS goes to pip, for an index or a build of PyTorch of your own.
PYTHON ?= python3
PIP_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test lint format picture clean

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable ".[dev]"
	touch $(STAMP)

run: $(STAMP)
	$(BIN)/misspoke run -m smollm2-135m-instruct -q atlas -n 500 -o runs/atlas-smollm2

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

picture: $(STAMP)
	$(BIN)/misspoke ask --example saint-basil --svg docs/saint-basil.svg

clean:
	rm -rf $(VENV) runs
