# make demo   set up, run the demo end to end, write its report
# make test   set up, run the tests
# make test-long  the tests that take many minutes: killed and resumed, all architectures, real data, calibration
# make test-cluster  the small study on a Slurm cluster of this machine's own, and by jobs that share no files
# make screenshots  the README's pictures, of what the demo drew
# make bench  time the engine beside the plain loop and its floor, permutations, and the workflow with nothing to do
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
BIN := .venv/bin

.PHONY: help env demo test test-long test-cluster screenshots bench check lock

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

env: .venv/complete

# The stamp is written last, so an interrupted installation starts again.
.venv/complete: envs/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r envs/requirements.lock
	@touch $@

demo: env
	$(BIN)/snakemake --cores $(CORES) --quiet rules
	$(BIN)/snakemake --cores $(CORES) --quiet all --report results/report.html
	@echo "The same in one file: results/report.html"

test: env
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-long: env
	$(BIN)/python -m pytest -m long -n 2 --dist loadfile --no-loadscope-reorder

# Debian's packages; elsewhere, or without root, the tests say what is missing and are skipped.
test-cluster: env
	@{ command -v slurmctld && command -v munged && command -v rsync; } >/dev/null || \
		! command -v apt-get >/dev/null || [ "$$(id -u)" != 0 ] || \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq slurm-wlm munge rsync; } \
		>/dev/null || true
	$(BIN)/python -m pytest tests/cluster

bench: env
	$(BIN)/python tests/benchmarks/engine.py --threads $(CORES) --output results/benchmarks/engine.png
	$(BIN)/python tests/benchmarks/extraction.py --threads $(CORES) --output results/benchmarks/features.tsv
	$(BIN)/python tests/benchmarks/permutations.py --output results/benchmarks/permutations.tsv
	$(BIN)/python tests/benchmarks/explorer_page.py --output results/benchmarks/explorer.tsv
	$(BIN)/python tests/benchmarks/nothing_to_do.py --cores $(CORES) --output results/benchmarks/nothing_to_do.tsv

# What can be seen without running anything: style, the workflow's form, and that the studies parse.
check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint
	$(BIN)/snakemake --dry-run --quiet all
	$(BIN)/python -m pytest -q tests/unit/workflow/test_study.py tests/unit/test_house.py

# Resolve envs/requirements.in anew, for every platform and Python from 3.11 on, and write the conda twin.
lock: env
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-annotate --no-header \
		--quiet --upgrade envs/requirements.in --output-file envs/requirements.lock
	$(MAKE) envs/environment.yaml

# The table of architectures that the tests hold against the networks.
config/README.md: tests/architectures.py
	$(BIN)/python tests/architectures.py $@

# The README's pictures, of what the demo drew; the explorer's needs a browser (Debian's chromium).
screenshots: demo.webp explorer.webp

demo.webp: demo
	$(BIN)/python tests/demo_picture.py results $@

explorer.webp: demo
	$(BIN)/python tests/explorer_picture.py results $@

envs/environment.yaml: envs/requirements.lock
	{ echo "# Written by \`make lock\`: requirements.lock for those who use conda, alone or by Snakemake"; \
	  echo "# (--software-deployment-method conda)."; \
	  echo "name: alignment-importance-heatmaps"; \
	  echo "channels: [conda-forge]"; \
	  echo "dependencies:"; \
	  echo "  - python=3.12"; \
	  echo "  - pip"; \
	  echo "  - pip:"; \
	  sed -n "s/^\([A-Za-z0-9].*\)/      - \1/p" $<; } > $@.part
	mv $@.part $@
