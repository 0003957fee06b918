# Two commands matter: `make run` and `make test`. Both set up what they need first; a second call finds it done.

PYTHON ?= python3
VENV := .venv
STAMPS := .stamps
STUDIES := $(basename $(notdir $(wildcard experiments/[!_]*.py)))
RULES ?= $(basename $(notdir $(wildcard conf/behaviour/*.yaml)))
BIN := $(VENV)/bin
PIP := pip==26.3
# A process of the tests reads what another one compiled.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
PIN := $(BIN)/pip-compile --quiet --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-emit-options
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test quick fuzz thorough lint docs tables baseline calibrate sbc explorer bench results wheel locked pins clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(STAMPS)/run ## set up, compare the sanction regimes, say where the page is
	@$(BIN)/reroute

test: $(STAMPS)/dev ## set up for the tests and run them, a file on each core
	@$(PYTEST) --numprocesses auto --maxprocesses 4 --dist loadfile -m "not thorough"

quick: $(STAMPS)/dev ## the tests that matter most, within two minutes
	@$(PYTEST) --numprocesses auto --maxprocesses 4 --dist loadfile -m "not slow and not thorough" --quiet

tables: $(STAMPS)/run ## print the tables and pages of docs anew from what the code declares
	@$(BIN)/python -m sim.reference

fuzz: $(STAMPS)/dev ## 25,000 made-up inputs of each kind: worlds, regimes, command lines, stored files
	@REROUTE_FUZZ=$${REROUTE_FUZZ:-25000} $(PYTEST) --numprocesses auto --dist load tests/fuzz

thorough: $(STAMPS)/dev ## what takes too long for every change: kernels compiled in three other ways, a whole back-test, studies of what is uncertain, 2,000 made-up inputs of each kind
	@$(PYTEST) -m thorough
	@REROUTE_FUZZ=2000 $(PYTEST) --numprocesses auto --maxprocesses 4 --dist loadfile tests/fuzz tests/ensemble/test_failing_writes.py

baseline: $(STAMPS)/dev ## renew the committed totals of two studies and the result of a small world, after a change that is meant to move numbers
	@PYTHONPATH=. $(BIN)/python tests/baseline/totals.py
	@PYTHONPATH=. $(BIN)/python tests/baseline/own_world.py

calibrate: $(STAMPS)/dev ## fit the shipped world under each rule of choice, and put in force what is good
	@for rule in $(RULES); do \
		$(BIN)/reroute calibrate design=uncertain end=2024-12-31 behaviour=$$rule && \
		$(BIN)/python -m sim.calibration.publish results/calibrate$$([ $$rule = logit ] || echo /$$rule) || exit 1; \
	done

lint: $(STAMPS)/dev ## style, docstrings and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

docs: $(STAMPS)/dev ## build the documentation as a site, build/site/index.html, and refuse a link that leads nowhere
	@rm -rf build/docs build/site && mkdir -p build/docs
	@git ls-files -z -co --exclude-standard -- '*.md' '*.png' LICENSE CITATION.cff llms.txt ':!tests' | \
		tar --null -T - -cf - | tar -xf - -C build/docs
	@$(BIN)/zensical build --strict
	@! grep -rlE '<(script|link|img|iframe)[^>]* (src|href)="?https?://' build/site --include='*.html' || \
		{ echo "These pages of the site load something from outside."; exit 1; }

bench: $(STAMPS)/dev ## speed and memory, in figures
	@command -v gcc >/dev/null || echo "gcc is missing: the comparison with a C program is left out."
	@for script in tests/bench/bench_*.py; do [ ! -e "$$script" ] || PYTHONPATH=. $(BIN)/python "$$script" || exit 1; done

results: $(STAMPS)/dev ## write the committed copies of the studies under results
	@for study in $(STUDIES); do $(BIN)/python -m sim.experiments.$$study || exit 1; done
	@$(BIN)/python -m sim.experiments

sbc: $(STAMPS)/dev ## fit 48 made-up sets of figures whose truth is known, and see how often intervals hold it (half an hour)
	@$(BIN)/python -m sim.report.fit.sbc

explorer: $(STAMPS)/dev ## write the page on which levers are moved: results/explorer/index.html (within an hour; goes on where it stopped)
	@$(BIN)/reroute explore explorer.page=results/explorer/index.html

wheel: $(STAMPS)/dev ## build a wheel, with intermediate code of the kernels for this Python: it starts in half the time
	@rm -rf sim/kernels/compiled $(STAMPS)/packed
	@REROUTE_PACK_KERNELS=sim/kernels/compiled REROUTE_CACHE_DIR=$(STAMPS)/packed/cache \
		$(BIN)/reroute debug=fast results_dir=$(STAMPS)/packed/results
	@$(BIN)/python -m build --wheel

locked: $(BIN)/python ## set up from lock.txt alone, every file held against its hash, then this project
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement lock.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p $(STAMPS) && touch $(STAMPS)/run

pins: $(STAMPS)/dev ## choose exact versions of all dependencies anew (constraints.txt, lock.txt)
	@$(PIN) --upgrade --extra dev --extra cluster --extra xarray --extra explorer \
		--output-file $(STAMPS)/pins pyproject.toml
	@sed -e '/^#/d' -e '/^$$/d' $(STAMPS)/pins > constraints.txt
	@$(PIN) --generate-hashes --constraint constraints.txt --output-file lock.txt pyproject.toml

clean: ## remove the environment and what tools leave behind
	@rm -rf $(VENV) $(STAMPS) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The stamps go with the environment: a new one starts without them.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "reroute needs Python 3.11 or later: install it, or name it, as in make run PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing: install it (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@rm -rf $(STAMPS) && mkdir -p $(STAMPS)
	@$(PYTHON) -m venv $(VENV)

$(STAMPS)/run: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the pinned dependencies (a minute or two) ..."
	@$(INSTALL) '$(PIP)'
	@$(INSTALL) --editable .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the pinned dependencies of the tests (a minute or two) ..."
	@$(INSTALL) '$(PIP)'
	@$(INSTALL) --editable '.[dev,cluster,xarray,explorer]'
	@mkdir -p $(STAMPS) && touch $@ $(STAMPS)/run
