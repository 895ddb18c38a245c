# Two commands matter: `make book` and `make test`. Each creates .venv when it is missing.
# People without make find the same steps as plain commands in README.md.

PYTHON ?= python3
SCRIPTS := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
BIN := .venv/$(SCRIPTS)
PEER_BIN := .venv-bench/$(SCRIPTS)
MUTANT_BIN := .venv-mutants/$(SCRIPTS)
READY := .venv/installed-requirements

.DEFAULT_GOAL := help
.PHONY: help book pdf test check chapter proofs lint lists outputs bind lab links bench mutants release grade marks gradescope clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements.txt constraints.txt pyproject.toml
	@echo "Installing the pinned requirements into .venv. This happens once and takes a minute or two."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip check
	@cp requirements.txt $@

book: $(READY) ## build the website, warnings are errors
	@# --all: a page that did not change must not keep an old warning from us
	$(BIN)/jupyter-book build . --all -W -n --keep-going

pdf: $(READY) ## print the whole book to a PDF, with tags and outline (needs Chromium)
	$(BIN)/python -m tools.pdf

test: lint ## check code, outputs, figures, numbers, claims and a page of each kind
	$(BIN)/python -m pytest -n auto

proofs: $(READY) ## let Coq check the proofs of the theorems (needs Coq)
	$(BIN)/python -m tools.proofs

check: $(READY) ## check everything about one CHAPTER (07, index, errata), in seconds
	@$(BIN)/python -m tools.check $(CHAPTER)

chapter: $(READY) ## begin a chapter from a template, NAME=07-training
	@$(BIN)/python -m tools.chapter $(NAME)

lists: $(READY) ## write the lists that follow from other files: chapters, works, addresses
	@$(BIN)/python -m tools.lists

lint: $(READY) ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

outputs: $(READY) ## run all notebooks and store their outputs
	$(BIN)/python -m tools.outputs

bind: $(READY) ## bind the numbers of PAGE (03, index, …) to what they report
	$(BIN)/python -m tools.bindings $(PAGE)

lab: $(READY) ## open the notebooks in JupyterLab
	@# JupyterLab shows stored figures only of notebooks that their user trusts
	$(BIN)/jupyter trust index.ipynb errata.ipynb chapters/*.ipynb
	$(BIN)/jupyter lab index.ipynb

links: $(READY) ## visit every address outside of the book (needs the internet)
	$(BIN)/jupyter-book build . --builder linkcheck --path-output _build/links

bench: ## print accuracy and speed of divcore beside other libraries
	$(PYTHON) -m venv .venv-bench
	$(PEER_BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(PEER_BIN)/python -m benchmarks.compare

mutants: ## change divcore in small ways, list what no test notices (ten minutes)
	$(PYTHON) -m venv .venv-mutants
	$(MUTANT_BIN)/python -m pip install --quiet --disable-pip-version-check -r tools/requirements-mutants.txt
	-$(MUTANT_BIN)/mutmut run
	$(MUTANT_BIN)/mutmut results

# The course pack. ASSIGNMENT is a folder of assignments/, SUBMISSIONS a folder or a zip of
# notebooks, OPTIONS such as --roster roster.csv.
PACK = $(BIN)/python -m assignments.coursepack

release: $(READY) ## make the students' zip of ASSIGNMENT
	$(PACK) release $(ASSIGNMENT)

grade: $(READY) ## grade the folder SUBMISSIONS of ASSIGNMENT in a jail
	$(PACK) grade $(ASSIGNMENT) "$(SUBMISSIONS)" $(OPTIONS)

marks: $(READY) ## add the marks of written answers of ASSIGNMENT
	$(PACK) marks $(ASSIGNMENT) $(OPTIONS)

gradescope: $(READY) ## make the Gradescope autograder of ASSIGNMENT
	$(PACK) gradescope $(ASSIGNMENT)

clean: ## remove everything that was made, .venv included
	rm -rf .venv .venv-bench .venv-mutants _build mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis
