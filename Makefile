# The commands a newcomer needs. Each is a script of scripts/, which says what it does.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test web report bench docs probe-check clean

SCENARIO ?= scenarios/meta-2022/scenario.toml

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

demo: ## install what is missing, build, plan the bundled scenario, write its report
	@scripts/demo.sh

test: ## run all that continuous integration runs
	@scripts/test.sh

web: ## build the browser front end that the reports embed
	@scripts/setup.sh && scripts/web.sh

report: ## plan SCENARIO=path and write its report to run/report
	@scripts/report.sh "$(SCENARIO)"

bench: ## run the benchmarks
	@scripts/bench.sh

docs: ## check the documents; build the book if mdbook is installed
	@scripts/docs.sh

probe-check: ## measure this machine and compare predictions with PyTorch runs on it (fetches PyTorch, 3 GB)
	@scripts/probe-check.sh

clean: ## remove what was built
	@rm -rf target run web/dist web/node_modules .venv
