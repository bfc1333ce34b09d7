# One command sets up and runs the main job: make demo. One sets up and passes the tests: make test.
# Needs Python 3.11 or later, git and make; the tests need Node 20 too, for two published schemas.

PYTHON ?= python3
BIN := .venv/bin
PYTHON_READY := .venv/.ready
NODE_READY := tests/reports/node_modules/.ready

.PHONY: setup demo picture test test-long lint bench clean

setup: $(PYTHON_READY) $(NODE_READY)

$(PYTHON_READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"  # older ones do not know --group
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

$(NODE_READY): tests/reports/package.json tests/reports/package-lock.json
	npm ci --silent --no-audit --no-fund --prefix tests/reports
	touch $@

demo: $(PYTHON_READY)
	$(BIN)/python demo/run.py

picture: $(PYTHON_READY)
	$(BIN)/python demo/run.py --picture docs/images/check.svg

test: setup
	$(BIN)/python -m pytest -q -n 2 -m "not long"

test-long: setup
	$(BIN)/python -m pytest -q -n 2

lint: $(PYTHON_READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(PYTHON_READY)
	$(BIN)/python bench/check.py

clean:
	rm -rf .venv tests/reports/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
