"""Do the checks bite? Each test here spoils a copy of a chapter and wants to see red.

Two kinds of check guard the chapters. The rules of `tools.notebook_form` read a notebook
without running it; nbval runs it and compares. A hole counts as closed when at least one
of the two notices. The untouched copy must pass both, or red would prove nothing.
"""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools import bindings
from tools.notebook_form import RULES, problems
from tools.outputs import CHAPTERS, ROOT, run

Notebook = Any
Tamper = Callable[[Notebook], None]

CHAPTER = CHAPTERS / "01-entropy.ipynb"
DERIVATION = CHAPTERS / "04-coin.ipynb"


# --- finding places in the chapter ---------------------------------------------------


def code_cells(notebook: Notebook) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printing_cell(notebook: Notebook) -> Any:
    """The first cell that prints a decimal number."""
    return next(
        cell
        for cell in code_cells(notebook)
        if any(o.output_type == "stream" and re.search(r"\d\.\d", o.text) for o in cell.outputs)
    )


def figure_data(notebook: Notebook) -> Any:
    """The data of the first output that is a figure."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/svg+xml" in output.get("data", {}):
                return output.data
    raise AssertionError("the chapter has no figure")


def explorer_data(notebook: Notebook) -> Any:
    """The data of the output that is an explorer."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "application/vnd.vegalite.v5+json" in output.get("data", {}):
                return output.data
    raise AssertionError("the chapter has no explorer")


def replace_once(text: str, pattern: str, replacement: str) -> str:
    changed, n = re.subn(pattern, replacement, text, count=1)
    assert n == 1, f"{pattern} does not occur, so nothing was tampered with"
    return changed


# --- what only the rules of form can see ----------------------------------------------


def add_output(data: dict[str, Any], **fields: Any) -> Tamper:
    def tamper(notebook: Notebook) -> None:
        output = nbformat.v4.new_output("display_data", data=data, **fields)
        printing_cell(notebook).outputs.append(output)

    return tamper


def print_text(text: str, name: str = "stdout") -> Tamper:
    def tamper(notebook: Notebook) -> None:
        output = nbformat.v4.new_output("stream", name=name, text=text)
        printing_cell(notebook).outputs.append(output)

    return tamper


def add_code(source: str) -> Tamper:
    def tamper(notebook: Notebook) -> None:
        cell = printing_cell(notebook)
        cell.source = f"{source}\n{cell.source}"

    return tamper


def add_prose(text: str) -> Tamper:
    def tamper(notebook: Notebook) -> None:
        notebook.cells[0].source += f"\n\n{text}\n"

    return tamper


def add_tag(tag: str) -> Tamper:
    def tamper(notebook: Notebook) -> None:
        printing_cell(notebook).metadata["tags"] = [tag]

    return tamper


def never_run_cell(notebook: Notebook) -> None:
    printing_cell(notebook).execution_count = None


def never_run_notebook(notebook: Notebook) -> None:
    for cell in code_cells(notebook):
        cell.execution_count = None
        cell.outputs = []


def no_cell_run_in_order(notebook: Notebook) -> None:
    cells = code_cells(notebook)
    cells[0].execution_count, cells[1].execution_count = 2, 1


def output_metadata(notebook: Notebook) -> None:
    add_output({"text/plain": "1"}, metadata={"note": "stale"})(notebook)


def lost_drawing(notebook: Notebook) -> None:
    del explorer_data(notebook)["image/svg+xml"]


def wrong_number_in_prose(notebook: Notebook) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "4.0769" in cell.source:
            cell.source = cell.source.replace("4.0769", "4.0796")
            return
    raise AssertionError("the number is gone")


def wrong_count_in_prose(notebook: Notebook) -> None:
    add_prose("There are 167,865 characters.")(notebook)


def equation_numbered_twice(notebook: Notebook) -> None:
    add_prose("$$ 1 = 1 \\tag{1.3} $$")(notebook)


def equation_without_a_check(notebook: Notebook) -> None:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    n = len(re.findall(r"\\tag\{", text)) + 1
    notebook.cells[-1].source += f"\n\n$$ 1 = 1 \\tag{{1.{n}}} $$"


def fold_with_two_names(notebook: Notebook) -> None:
    folds = [
        cell.metadata["mystnb"] for cell in code_cells(notebook) if "mystnb" in cell.metadata
    ]
    folds[0]["code_prompt_hide"] = "Hide the code of this figure"


def lost_solution(notebook: Notebook) -> None:
    for cell in notebook.cells:
        cell.source = cell.source.replace("Solution 1.2", "Solution")


FORM_HOLES: dict[str, dict[str, Tamper]] = {  # by the rule that has to notice
    "only_known_outputs": {
        "stale PNG": add_output({"text/plain": "<plot>", "image/png": "iVBORw0KGgo="}),
        "HTML output": add_output({"text/plain": "1", "text/html": "<b>1</b>"}),
        "widget view": add_output(
            {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
        ),
        "chart that no explorer made": add_output(
            {"text/plain": "1", "application/vnd.vegalite.v5+json": {"mark": "bar"}}
        ),
        "explorer without its drawing": lost_drawing,
        "output metadata": output_metadata,
        "stored error stream": print_text("something\n", name="stderr"),
    },
    "all_cells_were_run_in_order": {
        "cell never run": never_run_cell,
        "notebook never run": never_run_notebook,
        "cells run out of order": no_cell_run_in_order,
    },
    "only_known_metadata": {
        "tag nbval-ignore-output": add_tag("nbval-ignore-output"),
        "tag nbval-skip": add_tag("nbval-skip"),
        "tag raises-exception": add_tag("raises-exception"),
        "tag remove-output": add_tag("remove-output"),
    },
    "no_check_is_switched_off": {
        "comment NBVAL_IGNORE_OUTPUT": add_code("# NBVAL_IGNORE_OUTPUT"),
        "comment NBVAL_SKIP": add_code("#NBVAL_SKIP"),
        "comment PYTEST_VALIDATE_IGNORE_OUTPUT": add_code("# PYTEST_VALIDATE_IGNORE_OUTPUT"),
        "line magic": add_code("%matplotlib inline"),
        "cell magic": add_code("%%capture"),
        "shell line": add_code("!pip install something"),
        "shell line inside a block": add_code("if True:\n    !pip install something"),
        "hidden magic": add_code("get_ipython().run_line_magic('time', '1')"),
        "help": add_code("entropy?"),
        "warnings filter": add_code("import warnings\nwarnings.simplefilter('ignore')"),
        "NumPy's errors ignored": add_code("np.seterr(all='ignore')"),
    },
    "outputs_are_clean": {
        "stored warning": print_text("RuntimeWarning: divide by zero encountered in log\n"),
        "stored traceback": print_text("Traceback (most recent call last):\n"),
        "memory address": print_text("<function f at 0x7f3c2a1b9d30>\n"),
        "path of a machine": print_text("read /home/ada/book/chapters/data/hamlet.md\n"),
        "path of another machine": print_text("read C:\\Users\\ada\\hamlet.md\n"),
        "NumPy scalar": print_text("np.float64(0.5)\n"),
        "carriage return": print_text("50 %\r100 %\n"),
    },
    "no_fake_output": {
        "fake output in prose": add_prose("```\nentropy: 4.0769 bits\n```"),
        "fake output, indented": add_prose("    entropy: 4.0769 bits"),
        "picture from elsewhere": add_prose("![a plot](plot.png)"),
        "HTML picture": add_prose("<img src='plot.png'>"),
    },
    "prose_numbers_are_computed": {
        "wrong number in prose": wrong_number_in_prose,
        "wrong count in prose": wrong_count_in_prose,
        "more digits than computed": add_prose("The entropy is 4.07693 bits."),
    },
    "randomness_is_seeded": {
        "unseeded generator": add_code("rng = np.random.default_rng()"),
        "unseeded generator, imported": add_code(
            "from numpy.random import default_rng\nrng = default_rng()"
        ),
        "generator seeded with None": add_code("rng = np.random.default_rng(None)"),
        "global random numbers": add_code("x = np.random.rand(3)"),
        "module random": add_code("import random"),
        "from random import": add_code("from random import shuffle"),
    },
    "printed_lines_fit_a_phone": {
        "line wider than a phone": print_text("cross-entropy 0.6109 nats, floor 0.5004 nats\n"),
    },
    "code_is_short_and_public": {
        "private name of divcore": add_code("from divcore.measures import _anything"),
    },
    "folds_keep_their_name": {
        "another name when open": fold_with_two_names,
    },
    "equations_are_portable": {
        "macro": add_prose("$$ \\newcommand{\\KL}{D} \\KL $$"),
        "align": add_prose("$$ \\begin{align} a &= b \\end{align} $$"),
        "equation numbered twice": equation_numbered_twice,
        "link to no equation": add_prose("See [(1.99)](#eq-1-99)."),
        "link to another equation": add_prose("See [(1.2)](#eq-1-3)."),
    },
    "tagged_equations_are_checked": {
        "equation without a check": equation_without_a_check,
    },
    "follows_the_chapter_contract": {
        "solution lost": lost_solution,
    },
}


# --- what only the bindings can see -----------------------------------------------------

BOUND = CHAPTERS / "03-kl-divergence.ipynb"


def say(pattern: str, replacement: str) -> Tamper:
    """Change what a text says, once: prose, a caption or an alt text in the code."""

    def tamper(notebook: Notebook) -> None:
        for cell in notebook.cells:
            figure = cell.metadata.get("mystnb", {}).get("figure", {"caption": ""})
            for holder, key in ((cell, "source"), (figure, "caption")):
                changed, n = re.subn(pattern, replacement, holder[key], count=1)
                if n:
                    holder[key] = changed
                    return
        raise AssertionError(f"{pattern} does not occur, so nothing was tampered with")

    return tamper


def swapped_lines(notebook: Notebook) -> None:
    """The printed result changes, and the prose still says the old one."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "you waste" in output.get("text", ""):
                output.text = output.text.replace("0.0554", "0.0545")
                return
    raise AssertionError("the number is gone")


BINDING_HOLES: dict[str, Tamper] = {
    "decimal of another line": say(r"You paid 4\.1323", "You paid 4.0769"),
    "lost sign": say(r"the first is −0\.2939", "the first is 0.2939"),
    "invented sign": say(r"too much, by 1\.6094", "too much, by −1.6094"),
    "unit": say(r"by 0\.5878 nats", "by 0.5878 bits"),
    "decimal point": say(r"which is −0\.3681 nats", "which is −3.681 nats"),
    "share in words": say("about a quarter", "about a half"),
    "fraction": say("where ½ is", "where ¼ is"),
    "whole number": say(r"Q\$ has 90", "Q$ has 99"),
    "n of m": say("But 14 of the 27", "But 15 of the 27"),
    "number in words": say("has three properties", "has four properties"),
    "in a caption": say(r"the coin with \$\\theta=0\.2", r"the coin with $\\theta=0.3"),
    "typed into an alt text": say(r"again at q = 0\.8", "again at q = 0.7"),
    "result that nothing is bound to": add_prose("The third price is 0.4567 nats."),
    "result spelled out": add_prose("It is wasted in nine in ten cases."),
    "text that is gone": say(r"You paid 4\.1323 bits per character", "You paid"),
    "result that has changed": swapped_lines,
}


@pytest.mark.parametrize("hole", BINDING_HOLES)
def test_the_bindings_see(hole: str) -> None:
    notebook = nbformat.read(BOUND, as_version=4)
    assert bindings.problems(bindings.Page(BOUND, notebook)) == []
    BINDING_HOLES[hole](notebook)
    assert bindings.problems(bindings.Page(BOUND, notebook))


@pytest.fixture(scope="module")
def chapter() -> Notebook:
    return nbformat.read(CHAPTER, as_version=4)


def write(notebook: Notebook, path: Path) -> Path:
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return path


def test_untouched_copy_has_no_problem(chapter: Notebook, tmp_path: Path) -> None:
    assert problems(write(chapter, tmp_path / CHAPTER.name)) == []


@pytest.mark.parametrize(
    ("rule", "hole"), [(rule, hole) for rule, holes in FORM_HOLES.items() for hole in holes]
)
def test_the_rules_of_form_see(rule: str, hole: str, chapter: Notebook, tmp_path: Path) -> None:
    tampered = copy.deepcopy(chapter)
    FORM_HOLES[rule][hole](tampered)
    # one rule is only for pages whose numbers are not bound
    name = "97-unbound.ipynb" if rule == "prose_numbers_are_computed" else CHAPTER.name
    found = problems(write(tampered, tmp_path / name))
    assert any(problem.startswith(f"{rule}:") for problem in found), found


def test_every_rule_has_a_hole_to_close() -> None:
    assert set(FORM_HOLES) == {rule.__name__ for rule in RULES}


# --- what only a new run can see ------------------------------------------------------


def stale_number(notebook: Notebook) -> None:
    output = printing_cell(notebook).outputs[0]
    output.text = replace_once(output.text, r"(\d\.\d*)\d", r"\g<1>x")


def missing_output(notebook: Notebook) -> None:
    printing_cell(notebook).outputs = []


def swapped_output_type(notebook: Notebook) -> None:
    cell = printing_cell(notebook)
    text = cell.outputs[0].text.rstrip("\n")
    data = {"text/plain": text}
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]


def changed_figure_data(notebook: Notebook) -> None:
    data = figure_data(notebook)
    data["text/plain"] = replace_once(data["text/plain"], r"\(0\.34, 1", "(0.34, 2")


def changed_figure_curve(notebook: Notebook) -> None:
    data = figure_data(notebook)
    data["image/svg+xml"] = replace_once(data["image/svg+xml"], r" L (\d+)\.(\d)", r" L \1.9\2")


def changed_figure_colour(notebook: Notebook) -> None:
    data = figure_data(notebook)
    data["image/svg+xml"] = replace_once(data["image/svg+xml"], "#0072b2", "#0072b3")


def changed_alt_text(notebook: Notebook) -> None:
    data = figure_data(notebook)
    data["text/plain"] = replace_once(data["text/plain"], r"^\w+", "Otherwise")


def changed_alt_text_in_the_drawing(notebook: Notebook) -> None:
    data = figure_data(notebook)
    data["image/svg+xml"] = replace_once(
        data["image/svg+xml"], r"<title>\w+", "<title>Otherwise"
    )


def changed_explorer_formula(notebook: Notebook) -> None:
    chart = explorer_data(notebook)["application/vnd.vegalite.v5+json"]
    formulas = [param for param in chart["params"] if "expr" in param]
    formulas[0]["expr"] = replace_once(formulas[0]["expr"], "10|a", "b")


def changed_figure_code(notebook: Notebook) -> None:
    for cell in code_cells(notebook):
        if "new_figure(" in cell.source:
            cell.source = replace_once(cell.source, r"0\.01, 1, 199", "0.02, 1, 199")
            return


def changed_input(notebook: Notebook) -> None:
    for cell in code_cells(notebook):
        if "1 / 4, 1 / 8, 1 / 8" in cell.source:
            cell.source = cell.source.replace("1 / 4, 1 / 8, 1 / 8", "1 / 4, 1 / 4, 0")
            return
    raise AssertionError("the example is gone")


def changed_derivation_step(notebook: Notebook) -> None:
    """Flip one sign in the first symbolic check of the derivation."""
    for cell in code_cells(notebook):
        if "# checks (4." in cell.source and " + " in cell.source:
            cell.source = cell.source.replace(" + ", " - ", 1)
            return
    raise AssertionError("the derivation has no symbolic step")


RUN_HOLES: dict[str, tuple[Path, Tamper]] = {
    "stale number": (CHAPTER, stale_number),
    "missing output": (CHAPTER, missing_output),
    "swapped output type": (CHAPTER, swapped_output_type),
    "changed input": (CHAPTER, changed_input),
    "changed figure data": (CHAPTER, changed_figure_data),
    "changed figure curve": (CHAPTER, changed_figure_curve),
    "changed figure colour": (CHAPTER, changed_figure_colour),
    "changed explorer formula": (CHAPTER, changed_explorer_formula),
    "changed figure code": (CHAPTER, changed_figure_code),
    "changed alt text": (CHAPTER, changed_alt_text),
    "changed alt text in the drawing": (CHAPTER, changed_alt_text_in_the_drawing),
    "changed derivation step": (DERIVATION, changed_derivation_step),
}
CONTROLS = {"untouched chapter": CHAPTER, "untouched derivation": DERIVATION}
HELPER = "changed helper result"


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Run all spoiled copies in one pytest and say which of them turned red."""
    folder = tmp_path_factory.mktemp("book")
    for name, source in CONTROLS.items():
        place(folder / name, nbformat.read(source, as_version=4))
    for name, (source, tamper) in RUN_HOLES.items():
        notebook = nbformat.read(source, as_version=4)
        tamper(notebook)
        place(folder / name, notebook)
    place(folder / HELPER, nbformat.read(CHAPTER, as_version=4))
    spoil_helper(folder / HELPER)

    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", f"--junitxml={report}"]
    environment = ["-c", str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}", "-p", "conftest"]
    subprocess.run(
        [*command, *environment, "--confcutdir", str(ROOT), str(folder)],
        cwd=ROOT,
        capture_output=True,
        timeout=240,
        check=False,
    )
    return {name: any_failure(report, name) for name in [*CONTROLS, *RUN_HOLES, HELPER]}


def place(folder: Path, notebook: Notebook) -> None:
    """Write a notebook into a folder of its own, with the data beside it."""
    folder.mkdir()
    shutil.copytree(CHAPTERS / "data", folder / "data")
    write(notebook, folder / "notebook.ipynb")


def spoil_helper(folder: Path) -> None:
    """Put a divcore beside the notebook whose entropy is off by one in ten thousand."""
    shutil.copytree(ROOT / "divcore", folder / "divcore")
    with (folder / "divcore" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(
            "\n_right_entropy = entropy\n"
            "def entropy(*args, **kwargs):\n"
            "    return _right_entropy(*args, **kwargs) * (1 + 1e-4)\n"
        )


def any_failure(report: Path, name: str) -> bool:
    cases = [c for c in ET.parse(report).iter("testcase") if f"{name}/" in case_place(c)]
    assert len(cases) > 5, f"pytest ran {len(cases)} cells of {name}"
    return any(case.find("failure") is not None for case in cases)


def case_place(case: ET.Element) -> str:
    return " ".join(case.attrib.values()).replace("\\", "/").replace(".", "/")


@pytest.mark.parametrize("name", CONTROLS)
def test_untouched_copy_passes(name: str, red: dict[str, bool]) -> None:
    assert not red[name]


@pytest.mark.parametrize("name", [*RUN_HOLES, HELPER])
def test_a_new_run_sees(name: str, red: dict[str, bool]) -> None:
    assert red[name]


def test_running_the_outputs_again_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(CHAPTERS / "data", tmp_path / "data")
    copied = Path(shutil.copy(CHAPTER, tmp_path))
    assert run(copied).endswith("as it was")
    assert copied.read_bytes() == CHAPTER.read_bytes()
