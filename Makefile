# `make run` and `make test` set everything up by themselves; see README.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
PORT ?= 8501
SIDE_BY_SIDE := --numprocesses logical --dist loadfile --no-loadscope-reorder

.PHONY: run test check bench demo clean

run: $(READY)
	$(BIN)/couture demo --no-index
	$(BIN)/couture --home var/demo serve --port $(PORT)

demo: $(READY)
	$(BIN)/couture demo

test: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not browser" $(SIDE_BY_SIDE)
	$(BIN)/pytest -m browser

check: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow and not browser and not pictures" -x

bench: $(READY_DEV)
	$(BIN)/python -m tests.benchmarks.learning_curve ycb grocery --plot docs/learning-curve.png
	$(BIN)/python -m tests.benchmarks.original_protocol ycb grocery
	$(BIN)/python -m tests.benchmarks.part_labelled grocery ycb
	$(BIN)/python -m tests.benchmarks.real_pictures grocery ycb
	$(BIN)/python -m tests.benchmarks.mask_quality grabcut
	$(BIN)/python -m tests.benchmarks.mask_quality grabcut grabcut:alike grabcut:cuts --accuracy
	$(BIN)/python -m tests.benchmarks.word_value
	$(BIN)/python -m tests.benchmarks.crop_value
	$(BIN)/python -m tests.benchmarks.relief_value
	$(BIN)/python -m tests.benchmarks.render_speed
	$(BIN)/python -m tests.benchmarks.embedder_speed
	$(BIN)/python -m tests.benchmarks.label_noise grocery
	$(BIN)/python -m tests.benchmarks.gate_power
	$(BIN)/python -m tests.benchmarks.audit_coverage
	$(BIN)/python -m tests.benchmarks.auto_accept_promise
	$(BIN)/python -m tests.benchmarks.conformal_coverage ycb grocery
	$(BIN)/python -m tests.benchmarks.calibration_error ycb grocery --plot docs/risk-coverage.png
	$(BIN)/python -m tests.benchmarks.doubled_catalogue ycb grocery
	$(BIN)/python -m tests.benchmarks.confusion_groups ycb grocery
	$(BIN)/python -m tests.benchmarks.suspicion_power
	$(BIN)/python -m tests.benchmarks.fit_speed
	$(BIN)/python -m tests.benchmarks.review_speed --large
	$(BIN)/python -m tests.benchmarks.first_paint
	$(BIN)/python -m tests.benchmarks.acknowledgement
	$(BIN)/python -m tests.benchmarks.many_reviewers
	$(BIN)/python -m tests.benchmarks.faults

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Couture Match needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

$(READY_DEV): $(READY)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
