"""An assignment's folder: the notebook as text, its checks, its rubric.

``assignment.md`` is read by the few rules of MyST notebooks that it uses: a heading block
between two lines ``---``, code in fences that open with ``{code-cell}``, and ``+++`` between
cells, with metadata as JSON behind it. Solution and student version are both made from it.
"""

import ast
import hashlib
import importlib.util
import json
import re
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from .checking import Check
from .notebook import YOUR_ANSWER
from .notebook import heading as answer_heading

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = 'raise NotImplementedError("your code here")'
CODE_MARKS = ("# BEGIN SOLUTION", "# END SOLUTION")
TEXT_MARKS = ("<!-- BEGIN SOLUTION -->", "<!-- END SOLUTION -->")
SHORTEST_SECRET = 20  # characters; shorter lines say nothing


class BadAssignment(ValueError):  # noqa: N818
    """The folder of an assignment contradicts itself."""


@dataclass(frozen=True)
class Cell:
    """One cell of the source."""

    kind: str  # "code" or "markdown"
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        return list(self.metadata.get("tags", ()))


@dataclass(frozen=True)
class Criterion:
    """One line of the rubric of a written question."""

    id: str
    points: float
    text: str


@dataclass(frozen=True)
class Written:
    """A question that is answered in words."""

    question: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Assignment:
    """Everything that belongs to one assignment."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's name, which is also the notebook's."""
        return self.folder.name

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells of ``assignment.md``, solutions and all."""
        return parse((self.folder / "assignment.md").read_text(encoding="utf-8"))

    @cached_property
    def checks(self) -> list[Check]:
        """The checks of ``checks.py`` in the order in which they stand there."""
        return list(_load(self.folder / "checks.py").CHECKS)

    @cached_property
    def checks_source(self) -> str:
        """The text of ``checks.py``."""
        return (self.folder / "checks.py").read_text(encoding="utf-8")

    @cached_property
    def description(self) -> dict[str, Any]:
        """What ``rubric.toml`` says."""
        return tomllib.loads((self.folder / "rubric.toml").read_text(encoding="utf-8"))

    @property
    def title(self) -> str:
        """The title in words."""
        return str(self.description["title"])

    @property
    def total(self) -> float:
        """All points that can be had, without bonus."""
        return float(self.description["total"])

    @cached_property
    def written(self) -> list[Written]:
        """The questions that are answered in words."""
        return [
            Written(
                str(one["question"]),
                str(one["title"]),
                tuple(
                    Criterion(str(line["id"]), float(line["points"]), str(line["text"]))
                    for line in one["criteria"]
                ),
            )
            for one in self.description.get("written", ())
        ]

    @property
    def packages(self) -> list[str]:
        """What students may use besides NumPy."""
        return [str(name) for name in self.description.get("packages", ())]

    def question_title(self, question: str) -> str:
        """The title of a question with code."""
        return str(self.description.get("questions", {}).get(question, ""))

    def validate(self) -> None:
        """Raise :class:`BadAssignment` when points or questions do not fit together."""
        auto = sum(one.points for one in self.checks if not one.bonus)
        rubric = sum(line.points for one in self.written for line in one.criteria)
        if abs(auto + rubric - self.total) > 1e-9:
            raise BadAssignment(
                f"{self.name}: checks are worth {auto:g} and the rubric {rubric:g},"
                f" together not {self.total:g}"
            )
        asked = [str(cell.metadata.get("question")) for cell in self.cells if is_written(cell)]
        rated = [one.question for one in self.written]
        if sorted(asked) != sorted(rated):
            raise BadAssignment(f"{self.name}: written are {asked}, the rubric has {rated}")
        for one in self.written:
            ids = [line.id for line in one.criteria]
            if len(set(ids)) < len(ids):
                raise BadAssignment(f"{self.name}: question {one.question} repeats a criterion")

    def solution(self) -> dict[str, Any]:
        """Return the notebook with the solutions in it."""
        return notebook(self.name, [solved(cell) for cell in self.cells])

    def student(self) -> dict[str, Any]:
        """Return the notebook that students get."""
        cells = [blank(cell) for cell in self.cells if "solution" not in cell.tags]
        return notebook(self.name, cells)

    def instant_checks(self) -> str:
        """Return the module with the public checks that students get."""
        return public_module(self.checks_source, self.checks, self.title)

    def secrets(self) -> list[str]:
        """Return every line of a solution or of a hidden check that no student may see."""
        lines = [line for cell in self.cells for line in solution_lines(cell)]
        lines += self.checks_source.splitlines()
        given = "\n".join(cell["source"] for cell in self.student()["cells"])
        shown = {line.strip() for line in f"{given}\n{self.instant_checks()}".splitlines()}
        stripped = dict.fromkeys(line.strip() for line in lines)
        return [
            line
            for line in stripped
            if len(line) >= SHORTEST_SECRET and line not in shown and not _idle(line)
        ]


def assignments(root: Path = ROOT) -> list[Assignment]:
    """Return all assignments of the course pack."""
    return [Assignment(path.parent) for path in sorted(root.glob("*/assignment.md"))]


def find(name: str, root: Path = ROOT) -> Assignment:
    """Return the assignment of this name, or the only one whose name begins with it."""
    known = assignments(root)
    fitting = [one for one in known if one.name == name]
    fitting = fitting or [one for one in known if name and one.name.startswith(name)]
    if len(fitting) != 1:
        names = ", ".join(one.name for one in known) or "none"
        raise BadAssignment(f"There is no single assignment {name!r}. There are: {names}")
    return fitting[0]


# Reading the text


def parse(text: str) -> list[Cell]:
    """Return the cells of a MyST notebook."""
    lines = text.splitlines()
    if lines and lines[0] == "---":
        lines = lines[lines.index("---", 1) + 1 :]
    cells: list[Cell] = []
    prose: list[str] = []
    metadata: dict[str, Any] = {}
    fence = ""

    def close() -> None:
        source = "\n".join(prose).strip("\n")
        if source.strip():
            cells.append(Cell("markdown", source, dict(metadata)))
        prose.clear()
        metadata.clear()

    rest = iter(enumerate(lines, 1))
    for number, line in rest:
        opening = re.match(r"(`{3,}|~{3,}|:{3,})", line)
        if fence:
            prose.append(line)
            fence = "" if line.strip() == fence else fence
        elif re.match(r"`{3,}\{code-cell\}", line) and opening:
            close()
            cells.append(_code_cell(rest, opening[1], number))
        elif line == "+++" or line.startswith("+++ "):
            close()
            metadata.update(json.loads(line[3:] or "{}"))
        else:
            fence = opening[1] if opening else ""
            prose.append(line)
    if fence:
        raise BadAssignment(f"a fence {fence} is never closed")
    close()
    return cells


def _code_cell(rest: Iterator[tuple[int, str]], fence: str, opened: int) -> Cell:
    metadata: dict[str, Any] = {}
    source: list[str] = []
    for _, line in rest:
        if line.strip() == fence:
            return Cell("code", "\n".join(source).strip("\n"), metadata)
        option = re.fullmatch(r":([\w-]+): *(.*)", line)
        if option and not source:
            metadata[option[1]] = _option(option[2])
        else:
            source.append(line)
    raise BadAssignment(f"the code cell that begins in line {opened} is never closed")


def _option(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        listed = re.fullmatch(r"\[(.*)\]", text)
        return [item.strip() for item in listed[1].split(",")] if listed else text


def _load(path: Path) -> ModuleType:
    """Import a file that lies in no package."""
    name = "checks_" + hashlib.sha256(str(path).encode()).hexdigest()[:12]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not getattr(module, "CHECKS", None):
        raise BadAssignment(f"{path} registers no check")
    return module


# Solution and student version


def is_written(cell: Cell) -> bool:
    """Whether the cell is a written answer."""
    return cell.kind == "markdown" and "written" in cell.tags


def solved(cell: Cell) -> Cell:
    """Return the cell without the marks, its solution in place."""
    marks = CODE_MARKS if cell.kind == "code" else TEXT_MARKS
    kept = [line for line in cell.source.splitlines() if line.strip() not in marks]
    return Cell(cell.kind, "\n".join(kept), cell.metadata)


def blank(cell: Cell) -> Cell:
    """Return the cell as students get it, with a place for their answer."""
    begin, end = CODE_MARKS if cell.kind == "code" else TEXT_MARKS
    fill = PLACEHOLDER if cell.kind == "code" else YOUR_ANSWER
    out: list[str] = []
    inside = False
    for line in cell.source.splitlines():
        mark = line.strip()
        if mark == begin and not inside:
            inside = True
            out.append(line[: len(line) - len(line.lstrip())] + fill)
        elif mark == end and inside:
            inside = False
        elif mark in (begin, end):
            raise BadAssignment(f"{mark!r} where none belongs, in: {cell.source[:60]!r}")
        elif not inside:
            out.append(line)
    if inside:
        raise BadAssignment(f"{begin!r} is never closed, in: {cell.source[:60]!r}")
    if is_written(cell):
        out.insert(0, f"{answer_heading(str(cell.metadata.get('question')))}\n")
    return Cell(cell.kind, "\n".join(out), cell.metadata)


def solution_lines(cell: Cell) -> list[str]:
    """Return the lines of a cell that only the solution has."""
    if "solution" in cell.tags:
        return cell.source.splitlines()
    begin, end = CODE_MARKS if cell.kind == "code" else TEXT_MARKS
    lines: list[str] = []
    inside = False
    for line in cell.source.splitlines():
        mark = line.strip()
        if mark in (begin, end):
            inside = mark == begin
        elif inside:
            lines.append(line)
    return lines


def _idle(line: str) -> bool:
    """Whether a line of code gives nothing away: an import, or no word at all."""
    return line.startswith(("import ", "from ")) or not re.search(r"\w{3}", line)


def notebook(name: str, cells: list[Cell]) -> dict[str, Any]:
    """Return cells as a notebook of nbformat 4.5, the same at every run."""
    made = []
    for number, cell in enumerate(cells):
        identity = hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:12]
        entry: dict[str, Any] = {"cell_type": cell.kind, "id": identity}
        entry["metadata"] = cell.metadata
        entry["source"] = cell.source
        if cell.kind == "code":
            entry |= {"execution_count": None, "outputs": []}
        made.append(entry)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def dumps(made: dict[str, Any]) -> str:
    """Return a notebook as the text of its file."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


# The public checks


def public_module(source: str, checks: list[Check], title: str) -> str:
    """Return one file with the engine, the public checks and what these use."""
    engine = Path(__file__).with_name("checking.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    public = {one.name for one in checks if one.public}
    hidden = {one.name for one in checks if not one.public}
    named = {name: node for node in tree.body for name in _defines(node)}
    wanted, queue = set(public), sorted(public)
    while queue:
        used = {node.id for node in ast.walk(named[queue.pop()]) if isinstance(node, ast.Name)}
        for name in sorted(used & named.keys() - wanted):
            if name in hidden or name.startswith("reference"):
                raise BadAssignment(f"a public check uses {name}, which students must not see")
            wanted.add(name)
            queue.append(name)
    kept = [
        "\n".join(source.splitlines()[_first_line(node) - 1 : node.end_lineno])
        for node in tree.body
        if _foreign_import(node) or wanted & set(_defines(node))
    ]
    head = f'"""Instant checks for the assignment "{title}".\n\n'
    head += 'Run `from instant_checks import check`, then `check("1")` after question 1.\n'
    head += 'The second half of this file holds the checks; reading them is no secret.\n"""\n'
    tail = textwrap.dedent(
        '''\
        def check(question):
            """Run the instant checks of one question on the functions of this notebook."""
            names = inspect.currentframe().f_back.f_globals
            check_in_notebook(question, CHECKS, names)
        '''
    )
    body = engine[engine.index('"""\n', 3) + 4 :]
    return "\n\n".join([head + body.rstrip() + "\n", *kept, "", tail]).rstrip() + "\n"


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        parts = (one for target in node.targets for one in ast.walk(target))
        return [one.id for one in parts if isinstance(one, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _foreign_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and not (node.module or "").startswith("assignments")
    return isinstance(node, ast.Import)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])
