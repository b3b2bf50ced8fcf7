# Everything runs from a virtual environment that is made where there is none.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

# Tests of what calls no compiled code, and of whole trainings that take long without it: the plain path is not asked for them.
ONCE := alignment architecture baseline config dataset documents errors evaluation experiment faults formats* history limits \
	links meaning preset_claims presets projection remarks repairs script sources splits storage templates text twins units \
	vocabulary

.PHONY: run test check bench screenshots readme-picture chromium clean

run: $(VENV)/runtime
	$(BIN)/python -m streamlit run streamlit_app.py

test: $(VENV)/development chromium check
	RNN_CORE_COMPILED=0 $(BIN)/python -m pytest tests/core -n 2 --dist loadfile $(ONCE:%=--ignore-glob='tests/core/test_%.py')
	$(BIN)/python -m pytest tests/core tests/app -n 2 --dist worksteal
	$(BIN)/python -m pytest tests/browser -n 2

check: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy rnn_core ui pages streamlit_app.py benchmarks tests

bench: $(VENV)/development
	$(BIN)/python -m benchmarks

# Every page, wide and narrow, light and dark, into screenshots/.
screenshots: $(VENV)/development chromium
	$(BIN)/python -m tests.browser.screenshots

readme-picture: $(VENV)/development chromium
	$(BIN)/python -m tests.browser.screenshots --readme

# The browser of the journeys: Debian's, where we may install it. Without one the journeys are skipped, and say so.
chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| echo "No Chromium here: the journeys in a browser will be skipped."

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, as $(PYTHON); or make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

$(VENV)/runtime: $(VENV)/python requirements.txt
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@

# The oracle of some tests, in its build for processors: they are skipped without it.
$(VENV)/oracle: $(VENV)/development
	$(BIN)/python -m pip install --quiet torch==2.13.0
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis screenshots
