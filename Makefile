# All that a fresh machine needs: python3 (3.11 to 3.13) with venv and pip.
#   make run [ARGS="~/Pictures"]   the program
#   make test                      lint, types, import contracts, the whole suite, without a display
PYTHON ?= python3
VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin
TESTS ?= tests

.PHONY: run test lint unit test-x11 bench screenshots lock clean

run: $(VENV)/.run packaging/qt-libraries.sh
	@sh packaging/qt-libraries.sh
	@sh packaging/has-display.sh && exec $(BIN)/python -m photosort $(ARGS)

test: $(VENV)/.dev
	@sh packaging/qt-libraries.sh
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(TESTS)

# Real mouse drags on a virtual display; needs Xvfb, xdotool and a window manager (see CONTRIBUTING.md).
test-x11: $(VENV)/.dev
	sh packaging/x11-tests.sh $(BIN)/python

bench: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python tests/benchmarks/run.py $(ARGS)

screenshots: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python packaging/screenshots.py $(ARGS)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "photosort needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

# A machine that has run the tests has all that `make run` needs, so the smaller set never removes anything.
$(VENV)/.run: $(VENV)/.python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.python requirements/dev.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

# The lock files hold hashes and no address, so that any mirror serves.
lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header -q -o requirements/run.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header -q -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache
