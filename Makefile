# Everything a developer or CI does, on a Debian machine with python3 >= 3.11 and its venv module.
#   make demo    a moving, masked picture in the browser     make test    checks and every test
#   make setup   .venv with everything, web client built     make bench   measure (<= 30 minutes)

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo test check format bench bench-room figures web lock migration clean

setup: .venv/.installed web

.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python >= 3.11 is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -c 'import cv2' || ./tools/need libGL.so.1=libgl1 libglib-2.0.so.0=libglib2.0-0
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml hatch_build.py
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

web: .venv/.installed
	@$(BIN)/python hatch_build.py

# ARGS='--source y4m:- --no-browser' and the like
demo: setup
	$(BIN)/sonopair demo $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m streaming.protocol.schema --check
	$(BIN)/python hatch_build.py npm run check

test: check
	@./tools/need chromium=chromium dciodvfy=dicom3tools turnserver=coturn
	$(BIN)/python hatch_build.py npm test
	$(BIN)/pytest $(ARGS)

format: setup
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# ARGS='--quick' while developing, or '--runs N'. One that fails doesn't keep the other from running.
bench: setup
	@./tools/need chromium=chromium
	@./tools/need --optional janus=janus
	@failed=0; for bench in live recovery; do \
	  $(BIN)/python -m benchmarks.$$bench $(ARGS) || failed=1; done; exit $$failed

# The consult room. ARGS as above.
bench-room: setup
	@./tools/need chromium=chromium
	$(BIN)/python -m benchmarks.room $(ARGS)

# Does burned-in text get out? ARGS='--quick' or '--nightly'. What an interrupted run has finished
# is kept in build/ and read by the next one.
bench-deid: setup
	$(BIN)/python -m benchmarks.deid $(ARGS)

figures: .venv/.installed
	@$(BIN)/python -m benchmarks.figures

# Universal (every platform and Python >= 3.11) and free of registry addresses. ARGS=--upgrade
# takes newer versions; without it only what pyproject.toml asks for changes.
lock: .venv/.locked
	$(BIN)/uv pip compile pyproject.toml --universal --all-extras --group dev --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --quiet $(ARGS) --output-file requirements.lock

# NAME='Keep the consult log': a migration of what streaming/store/models.py has new
migration: .venv/.installed
	$(BIN)/python -m streaming.store.schema '$(NAME)'

clean:
	rm -rf build dist streaming/webdist web-client/node_modules .mypy_cache .ruff_cache \
	  .pytest_cache .import_linter_cache .hypothesis
	find streaming tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
