# Everything runs from a virtual environment that is made where there is none.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

# Two processes, each handed a test whenever it is free.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: run test test-slow test-elsewhere test-thorough check prepared catalogs bench screenshots readme-picture chromium clean

run: $(VENV)/runtime
	$(BIN)/python -m streamlit run streamlit_app.py

# What a change should pass before it is shared. The engine is compiled once, for all processes. The journeys have processes
# of their own: a browser leaves an event loop behind, in which others could not start theirs.
test: $(VENV)/development chromium prepared
	$(PYTEST) tests --ignore tests/browser -m "not slow"
	$(PYTEST) tests/browser -m "not slow"

# What takes long: claims over seeds, every pair of options, caches in processes of their own, whole journeys.
test-slow: $(VENV)/development chromium prepared
	$(PYTEST) tests --ignore tests/browser -m slow
	$(PYTEST) tests/browser -m slow

# What is claimed of unstable runs must hold on other processors too: the long tests with the arithmetic of an older one.
test-elsewhere: export NUMBA_CPU_NAME = nehalem
test-elsewhere: export OPENBLAS_CORETYPE = Nehalem
test-elsewhere: $(VENV)/development prepared
	$(PYTEST) tests --ignore tests/browser -m slow

# Every property test again with three times as many examples.
test-thorough: $(VENV)/development prepared
	$(PYTEST) tests -m hypothesis --hypothesis-profile=thorough

# The engine, compiled where it is not yet.
prepared: $(VENV)/development
	$(BIN)/python -m rnn_core prepare

check: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy rnn_core ui pages streamlit_app.py benchmarks tests

# Every sentence of the pages into the template, the template into the languages, and these compiled.
catalogs: $(VENV)/development
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -k mark -k pgettext:1c,2 -o locales/unrolled.pot ui pages
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -D unrolled -i locales/unrolled.pot -d locales
	$(BIN)/pybabel -q compile -D unrolled -d locales

bench: $(VENV)/development
	$(BIN)/python -m benchmarks

# Every page, wide and narrow, light and dark, into screenshots/.
screenshots: $(VENV)/development chromium
	$(BIN)/python -m tests.browser.screenshots

readme-picture: $(VENV)/development chromium
	$(BIN)/python -m tests.browser.screenshots --readme

# The browser of the journeys: Debian's, where we may install it; without windows, which takes less of the machine. Where another
# Chromium is there already, that will do. Without one the journeys are skipped, and say so.
chromium:
	@command -v chromium-headless-shell >/dev/null || { [ -z "$$CI" ] && command -v chromium >/dev/null; } \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& apt-get install -y -qq chromium-headless-shell >/dev/null; } || command -v chromium >/dev/null \
		|| echo "No Chromium here: the journeys in a browser will be skipped."

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, as $(PYTHON); or make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

$(VENV)/runtime: $(VENV)/python requirements.txt
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt requirements-export.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

# The oracle of some tests, in its build for processors: they are skipped without it.
$(VENV)/oracle: $(VENV)/development
	$(BIN)/python -m pip install --quiet torch==2.13.0
	touch $@

clean:
	rm -rf $(VENV) .grimp_cache .import_linter_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis screenshots
