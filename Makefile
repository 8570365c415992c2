# make run: set up, start everything, print the address.   make test: every test.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready

.PHONY: help run setup test test-long lint bench screenshots lock clean

help:
	@echo "make run          start the platform (PORT=8050, READINESS_HOME=data folder)"
	@echo "make test         every test      make test-long   fault, soak and restore runs"
	@echo "make lint         ruff, mypy, import-linter"
	@echo "make bench        measurements    make screenshots docs/screenshots"
	@echo "make lock         rewrite requirements.lock from pyproject.toml"
	@echo "make clean        remove what set-up made (never your data)"

setup: $(READY)

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up (once): installing the locked packages ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m components.documents.fetch_browser
	@touch $(READY)

run: setup
	@exec $(PY) app.py run

test: setup
	$(PY) -m pytest

test-long: setup
	$(PY) -m pytest -m long

lint: setup
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

bench: setup
	$(PY) -m tests.bench

screenshots: setup
	$(PY) -m tests.browser.screenshots

lock: setup
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache assets/vendor bench-results.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
