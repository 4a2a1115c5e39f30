# Two commands matter: `make demo` and `make test`. Both need Python 3 with venv, make and npm, nothing else.
PYTHON ?= python3
BOOTSTRAP = @$(PYTHON) conduct/kernel/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help python demo demo-reset test check shots bench mutants lock

help:
	@echo "make demo         a working office at http://localhost:8000 (PORT=8123 make demo: elsewhere)"
	@echo "make demo-reset   the same, from the beginning"
	@echo "make test         all tests, on servers of their own (ARGS='-k journey' chooses)"
	@echo "make check        ruff, mypy, import-linter, djade"
	@echo "make shots        a picture of every page into var/shots"
	@echo "make bench        the measurements of docs/operations.md into var/bench.json (ONLY=row: one)"
	@echo "make mutants      small mistakes in rules and permissions that a test must notice (ARGS: files, --sample 50)"
	@echo "make lock         lock the Python packages of pyproject.toml anew"

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3 is missing: install it (Debian: apt-get install python3 python3-venv) and try again."; exit 1; }

demo: python
	$(BOOTSTRAP) demo

demo-reset: python
	$(BOOTSTRAP) reset

test: python
	$(BOOTSTRAP) test $(ARGS)
	$(if $(ARGS),,$(BOOTSTRAP) exec python -m pytest -q tests/browser/test_citizen_speed.py -k seconds)

check: python
	$(BOOTSTRAP) exec bash .ci/check

shots: python
	$(BOOTSTRAP) exec python -m tests.shots $(ARGS)

bench: python
	$(BOOTSTRAP) exec python -m tests.bench $(if $(ONLY),--only $(ONLY)) $(ARGS)

mutants: python
	$(BOOTSTRAP) exec python -m tests.mutants $(ARGS)

lock: python
	$(BOOTSTRAP) lock
