# What a person starts by hand. `make` alone lists the targets.

PYTHON ?= python3
PDFS ?= tests/data/samples
QUERY ?=
BIN := .venv/bin

# Handed to the recipe through the environment: names of files and folders may hold spaces.
export PDFS QUERY
# With a query, PDFs join only where they are named.
papers = $(if $(QUERY),"$$QUERY" $(if $(filter-out file,$(origin PDFS)),--pdfs "$$PDFS"),--pdfs "$$PDFS")

.DEFAULT_GOAL := help
.PHONY: help run test lint bench clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/.installed  ## A dataset of the sample papers, or of your own: make run PDFS=folder, make run QUERY=file
	@$(BIN)/exsclaim run $(papers) --set output.overlay=true

test: lint  ## Lint, then the tests
	$(BIN)/python -m pytest -n 2

lint: .venv/.installed  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed  ## Accuracy, speed, memory, orchestration, harvest and captions, with ../shared
	$(BIN)/python -m tests.bench.figures
	$(BIN)/python -m tests.bench.pipeline
	$(BIN)/python -m tests.bench.harvest
	$(BIN)/python -m tests.bench.captions

clean:  ## Remove the virtual environment and the tools' caches; results stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Touched last: an installation that was interrupted is repeated.
.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
