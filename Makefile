# Every target makes the environment it needs: Python 3.11 or later, make and a package index are enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
SOURCES := bench demo ingestion lineage linkage orchestration pages quality rights settings sharing tests valuation

.DEFAULT_GOAL := help
.PHONY: help run test check fix ui bench lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	awk '/^[a-z]/ {wanted = /^uv==/} wanted' requirements.lock > $(VENV)/uv.lock
	$(PIP) --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements.lock \
		|| $(PIP) --require-hashes --no-deps -r requirements.lock # pip where only pip knows the index
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## make the demo region if there is none, run the nightly job, say where to look
	@test -d "$${MVLD_HOME:-data}/landing" || $(BIN)/mvld demo
	@$(BIN)/mvld run

test: $(READY) ## run all tests
	$(BIN)/pytest -n 2

check: $(READY) ## check style, types and SQL; change nothing
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	cd dbt_project && $(abspath $(BIN))/sqlfluff lint --processes 2 --disable-progress-bar models macros tests

fix: $(READY) ## mend what can be mended by itself
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
	cd dbt_project && $(abspath $(BIN))/sqlfluff fix --disable-progress-bar models tests

ui: $(READY) ## open the Dagster UI at http://localhost:3000
	@$(BIN)/mvld ui

bench: $(READY) ## time the stages at 100,000 and 1,000,000 source records beside the bare work
	$(BIN)/python -m bench

lock: $(READY) ## compile requirements.lock from requirements.in: versions and hashes, no index address
	@{ echo '# Compiled by `make lock` from requirements.in: versions and hashes only, no index address.'; \
	  $(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements.in; \
	} > requirements.lock.new && mv requirements.lock.new requirements.lock

clean: ## remove the environment, caches and the demo's data
	rm -rf $(VENV) data *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
