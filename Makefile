# Riattiva: `make demo` shows it, `make test` proves it, `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo up test matrix check chaos doubles format lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Riattiva needs Python 3.11 or newer; this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: .venv/ready ## make the virtual environment from the lock file

demo: setup ## the whole story on embedded parts and a sandbox, in two minutes
	$(BIN)/riattiva demo

up: setup ## start the whole service on embedded parts
	$(BIN)/riattiva up

test: setup ## run the tests
	$(BIN)/pytest -n 3 --dist loadfile -m "not long"

matrix: setup ## what CI adds: every page in all widths and colours (pictures in artefacts/), every refusal to start
	RIATTIVA_PICTURES=1 $(BIN)/pytest tests/web tests/public -k test_browser
	RIATTIVA_PICTURES=1 $(BIN)/pytest tests -m long

check: setup ## format, lint, types, layers and house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/test_house.py

chaos: setup ## kill everything at random while 500 texts and 500 emails go out, then compare the books (docs/never-twice.md)
	$(BIN)/python -W ignore -m tests.chaos.run

doubles: setup ## how many planted doubles are found, and how many people are merged wrongly
	$(BIN)/python -m tests.contacts.doubles_labelled

format: setup ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup ## pin the newest dependencies into requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --group dev pyproject.toml -o requirements.lock

clean: ## remove the virtual environment and everything generated
	rm -rf .venv artefacts demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
