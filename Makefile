# `make run` and `make test` do all of their own set-up; each says what is missing if something is.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n 2 --maxschedchunk 16

.PHONY: run test quick check lint clean help
.DEFAULT_GOAL := help

help:
	@echo "make run    le portail sur http://127.0.0.1:$(PORT)  (PORT=8001 pour un autre port)"
	@echo "make test   les tests"
	@echo "make quick  ceux qui n'ont besoin ni de serveur, ni de vrais catalogues : quelques minutes"
	@echo "make check  les règles de style, les types, les imports, puis les tests"
	@echo "make clean  retire l'environnement Python et les caches ; garde var/, où sont les données"

run: $(VENV)/run.stamp
	@PORT=$(PORT) exec deploy/run.sh

test: $(VENV)/test.stamp
	$(BIN)/pytest $(PYTEST_ARGS)

quick: $(VENV)/test.stamp
	$(BIN)/pytest $(PYTEST_ARGS) -m "not server and not real and not slow"

lint: $(VENV)/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: lint test

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/python.stamp:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "Il manque Python 3.11 ou plus récent : apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent ; $(PYTHON) est plus ancien. Indiquez-en un autre : make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Il manque de quoi créer un environnement Python : apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sqlite3, ssl' 2>/dev/null || \
		{ echo "$(PYTHON) a été construit sans SQLite ou sans SSL : apt-get install python3, puis make run PYTHON=/usr/bin/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.txt $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt tests/accounts/provider/package-lock.json tests/browser/axe/package-lock.json tests/feeding/client/package-lock.json $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@# A provider of identities, that some tests log in through, the rules of accessibility, and a client of feeds; without Node.js they say what is missing.
	@if command -v npm >/dev/null; then for folder in tests/accounts/provider tests/browser/axe tests/feeding/client; do \
		npm ci --silent --no-audit --no-fund --prefix $$folder || exit 1; done; fi
	@touch $@
