# Everything one does with Slipway; `make help` lists it. Needs Python 3.11 or newer and nothing else: packages,
# PostgreSQL and Valkey come from PyPI wheels (see docs/running.md).

PYTHON ?= python3
PORT ?= 8000
SEASON ?= rehearsal
PROGRAMME ?= programmes/ai-startup-program.toml
MANAGER ?=
APPLICANTS ?= 200
REVIEWERS ?= 12
SEED ?= 1
MESSAGES ?= 2000
REQUESTS ?= 100000
WORKERS ?= 2
TESTS ?= tests
MUTANTS ?=

SHELL := /bin/sh
PY := .venv/bin/python
# `check --deploy` looks at the settings of a public site, whatever this terminal is set up for.
PRODUCTION := env -i PATH="$$PATH" \
	SLIPWAY_SECRET_KEY=check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ \
	SLIPWAY_BASE_URL=https://apply.example.org SLIPWAY_HOSTS=apply.example.org SMTP_URL=smtp://mail.example.org \
	DATABASE_URL=postgresql:///slipway REDIS_URL=redis://localhost:6379

# For what loads the settings and needs no database.
CODE_ONLY := SLIPWAY_TESTING=1 DATABASE_URL="postgresql:///none?host=/none"

.DEFAULT_GOAL := help
.PHONY: help run test mutants bench chaos fuzz rehearse check clean install-local install-test

help: ## List these commands
	@$(PYTHON) -c 'import re; print(*(f"  make {name:<9} {text}" for name, text in re.findall(r"^([a-z]+):.*?## (.*)", open("Makefile").read(), re.M)), sep="\n")'

run: install-local ## Open the rehearsal at http://localhost:8000 (PORT=8001; SEASON=real PROGRAMME=file.toml for a real season)
	@exec $(PY) -m servers.supervisor --end-with-parent --port "$(PORT)" --season "$(SEASON)" --programme "$(PROGRAMME)" --manager "$(MANAGER)"

test: check ## Check everything, then run all tests in parallel (TESTS=tests/mentoring for some of them)
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

mutants: install-test ## Put small bugs into the important rules; each must turn a test red (MUTANTS=name for some)
	@$(PY) -m mutants $(MUTANTS)

check: install-test ## Look over style, layers, types, migrations, production settings and lock files
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint --quiet --lint templates
	@.venv/bin/lint-imports --no-logo
	@$(CODE_ONLY) $(PY) -m mypy
	@$(CODE_ONLY) $(PY) -W ignore manage.py makemigrations --check
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
	@$(PY) -c 'import pathlib, sys; sys.exit("\n".join(f"{path} names an address; lock files hold hashes only" for path in pathlib.Path("requirements").glob("*.txt") if "http" in path.read_text()) or 0)'

rehearse: install-local ## Run a whole season headless and report (APPLICANTS=200 REVIEWERS=12 SEED=1)
	@$(PY) manage.py rehearse --applicants $(APPLICANTS) --reviewers $(REVIEWERS) --seed $(SEED)

bench: install-test ## Measure the hot pages, a release and the ranking
	@$(PY) -m bench

chaos: install-test ## Run Slipway while everything fails, and count what was lost or doubled (SEED=1 MESSAGES=2000)
	@$(PY) -m chaos --seed $(SEED) --messages $(MESSAGES)

fuzz: install-test ## Send 100,000 requests that make no sense (REQUESTS=100000 SEED=1); none may fail
	@FUZZ_REQUESTS=$(REQUESTS) FUZZ_SEED=$(SEED) $(PY) -m pytest -n 0 -s --show-capture=no --log-level=CRITICAL tests/test_fuzz.py

clean: ## Remove .venv, caches and the data of all seasons here
	@$(PYTHON) -c 'from servers import embedded; embedded.remove_data()'
	@rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .static_cache .database_cache .hypothesis staticfiles

install-local install-test: install-%:
	@$(PYTHON) -m servers.install $*
