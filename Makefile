# Riattiva: `make demo` shows it, `make test` proves it, `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup demo up test matrix check fuzz chaos soak lighthouse doubles format lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

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

matrix: setup ## what CI adds: every page in all widths and colours (pictures in artefacts/), every refusal to start, API fuzzing
	RIATTIVA_PICTURES=1 $(BIN)/pytest tests/web tests/public -k test_browser
	RIATTIVA_PICTURES=1 $(BIN)/pytest tests -m long --ignore tests/api/test_fuzz.py
	$(BIN)/pytest -s tests/api/test_fuzz.py

check: setup ## format, lint, types, layers and house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/test_house.py

fuzz: setup ## ask the API, the providers' doors and the contacts' pages at random, from a new seed each time (docs/long-checks.md)
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-1000} FUZZ_SEED=$${FUZZ_SEED:-random} $(BIN)/pytest -s tests/webhooks/test_fuzz.py tests/public/test_fuzz.py
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-1000} FUZZ_SEED=$${FUZZ_SEED:-random} $(BIN)/pytest -s tests/api/test_fuzz.py

chaos: setup ## kill everything at random while 500 texts and 500 emails go out, then compare the books (docs/never-twice.md)
	$(BIN)/python -W ignore -m tests.chaos.run

soak: setup ## the whole service under steady waves and replies for ten minutes: does anything grow without end (docs/long-checks.md)
	$(BIN)/python -W ignore -m tests.soak.run

lighthouse: setup ## page quality on a phone, by axe-core and Chromium's own figures, not by Lighthouse itself (docs/long-checks.md)
	$(BIN)/python -W ignore -m tests.quality.run

doubles: setup ## how many planted doubles are found, and how many people are merged wrongly
	$(BIN)/python -m tests.contacts.doubles_labelled

format: setup ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup ## pin the newest dependencies into requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --group dev pyproject.toml -o requirements.lock

clean: ## remove the virtual environment and everything generated
	rm -rf .venv artefacts demo-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
