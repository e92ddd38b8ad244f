# A fresh machine needs Python 3.11 or newer with pip and venv, nothing else. Another one: make run PYTHON=python3.13
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint format bench locks readme faults charts pictures clean

run: .venv/ready  ## bake every task in every framework, show the scoreboard
	@$(BIN)/bakeoff run

test: .venv/ready  ## the whole test suite, frameworks and all
	@$(BIN)/python -m pytest

lint: .venv/ready  ## style and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: .venv/ready
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/ready  ## every figure we claim, as ratios in one run (ONLY=meter for one)
	@$(BIN)/python -m benchmarks $(ONLY)

locks: .venv/ready  ## move every framework, and the host, to its newest version
	@$(BIN)/python -m scoreboard.runner.locks
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		--group dev pyproject.toml --output-file requirements.txt

readme: .venv/ready  ## put fresh output into README and CONTRIBUTING
	@$(BIN)/python -m tests.readme
	@$(BIN)/python -m tests.walkthrough

faults: .venv/ready  ## try every framework with every fault (about 12 minutes), put the matrix into README and FAULTS.md
	@$(BIN)/python -m tests.quoted_faults

charts: .venv/ready  ## draw the README's star charts anew, as a demonstration (bakeoff stars draws real ones)
	@$(BIN)/python -m tests.quoted_stars

pictures: .venv/ready  ## take the README's pictures of the report anew (HOME_OF=DIR: of what is measured there; else about 15 minutes)
	@$(BIN)/python -m tests.quoted_report $(HOME_OF)

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Bakeoff needs Python 3.11 or newer; $(PYTHON) is older. Name another: make run PYTHON=python3.13"; exit 1; }
	@echo "Setting up Bakeoff itself in .venv (once) ..." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

clean:  ## everything but what was measured
	rm -rf .venv .bakeoff/environments .bakeoff/guests .bakeoff/scratch .mypy_cache .ruff_cache .pytest_cache
