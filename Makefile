# Two commands for a newcomer: `make run` and `make test`. Every target re-uses what is installed.
# PIP_ARGS goes to pip, for an index or a build of PyTorch of your own. WORKERS is how many processes
# share the tests; each takes up to 3 GB.
PYTHON ?= python3
PIP_ARGS ?=
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test lint format picture pictures fit results bench bench-peers docs docs-serve screenshots clean

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable ".[dev,docs]"
	touch $(STAMP)

run: $(STAMP)
	$(BIN)/misspoke run -m smollm2-135m-instruct -q atlas -n 500 -o runs/atlas-smollm2

# Each file of tests is one worker's, in the order of the folders: the long ones do not come last.
test: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile \
		--no-loadscope-reorder

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

picture: $(STAMP)
	$(BIN)/misspoke ask "What is the currency of Malaysia?" --answer ringgit \
		--answer "Malaysian ringgit" -m gemma3-270m --dtype float32 --svg docs/ringgit.svg

# Writes docs/results.md; DATA is the folder of the public question sets, RESULTS_ARGS as `--help`.
results: $(STAMP)
	$(if $(DATA),,$(error name the folder of the public question sets: make results DATA=folder))
	$(BIN)/python tools/results/make_results.py --data $(DATA) $(RESULTS_ARGS)

# Draws the pictures of docs/results.md anew from the runs that are stored; no model, no data.
pictures: $(STAMP)
	$(BIN)/python tools/results/draw_pictures.py

# Fits the decoders' weights on half of the relations; writes its table into docs/decoding.md.
fit: $(STAMP)
	$(if $(DATA),,$(error name the folder of the public question sets: make fit DATA=folder))
	$(BIN)/python tools/results/fit_decoders.py --data $(DATA)

# Both write their parts of docs/benchmarks.md; BENCH_ARGS goes to them: `--quick`, `--only engine`, …
bench: $(STAMP)
	$(BIN)/python -m benchmarks.bench $(BENCH_ARGS)

bench-peers: $(STAMP)
	$(BIN)/python -m benchmarks.libraries --pip-args="$(PIP_ARGS)" $(BENCH_ARGS)

# Writes docs/commands.md, docs/python.md and docs/probes.md, and the site into site/.
docs: $(STAMP)
	$(BIN)/python tools/docs/commands.py
	$(BIN)/python tools/docs/interface.py
	$(BIN)/python tools/docs/probes.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

docs-serve: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve --dev-addr 127.0.0.1:8000

# Takes docs/images/*.png of the report of a run and of a comparison, RUN and COMPARE: their folders;
# QUESTION is the id of the one to open.
screenshots: $(STAMP)
	$(if $(RUN),,$(error name a run: make screenshots RUN=runs/atlas-smollm2 COMPARE=folder))
	$(BIN)/python tools/docs/screenshots.py $(RUN) $(if $(COMPARE),--compare $(COMPARE)) \
		$(if $(QUESTION),--question $(QUESTION))

clean:
	rm -rf $(VENV) runs site
