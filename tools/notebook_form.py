"""Rules for the form of a chapter, which re-running its cells cannot check.

nbval proves that the stored outputs are what the code prints. It does not notice a cell
that opted out, a notebook that was never run, or a wrong number typed into the prose.
Each rule here closes one such hole. `problems` returns what is wrong, in words.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import nbformat

from tools.bindings import bindings_of
from tools.outputs import CELL_METADATA, NOTEBOOK_METADATA, normal_form

Rule = Callable[[str, Any], Iterator[str]]


def problems(path: Path) -> list[str]:
    """Return everything that is wrong with the form of the notebook at `path`."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    found = [f"{rule.__name__}: {what}" for rule in RULES for what in rule(path.stem, notebook)]
    if not found:  # the last rule compares bytes and would only repeat the others
        found = [f"written_in_normal_form: {what}" for what in _written_in_normal_form(path)]
    return found


# --- rules for code cells and their outputs -----------------------------------------

TAGS = {"hide-cell", "hide-input", "hide-output"}
OUTPUT_DATA = {"text/plain", "image/svg+xml"}
CHART = "application/vnd.vegalite.v5+json"
EXPLORER = re.compile(r"^explore_\w+\(\)$")


def all_cells_were_run_in_order(name: str, notebook: Any) -> Iterator[str]:
    """Counts are 1…n: a cell without a count is run by nbval but never compared."""
    counts = [cell.execution_count for cell in _code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the execution counts are {counts}, run `make outputs`"
    if not counts:
        yield "there is no code cell"


def only_known_metadata(name: str, notebook: Any) -> Iterator[str]:
    """No tag or setting that could switch a check off, and the format that has cell ids."""
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        yield "the notebook format must be 4.5"
    if notebook.metadata != NOTEBOOK_METADATA:
        yield f"the notebook's metadata must be {NOTEBOOK_METADATA}"
    for cell in notebook.cells:
        if unknown := set(cell.metadata) - set(CELL_METADATA):
            yield f"cell {cell.id} has metadata {sorted(unknown)}"
        if unknown := set(cell.metadata.get("tags", [])) - TAGS:
            yield f"cell {cell.id} has tags {sorted(unknown)}"
        if cell.cell_type not in ("code", "markdown"):
            yield f"cell {cell.id} is of type {cell.cell_type}"
        if "attachments" in cell:
            yield f"cell {cell.id} has attachments"


def only_known_outputs(name: str, notebook: Any) -> Iterator[str]:
    """Only stdout, text and SVG: all of it readable, comparable and safe to show.

    A cell that ends in an explorer shows a chart too, and always with its drawing.
    """
    for cell in _code(notebook):
        drawings = 0
        explores = bool(EXPLORER.match(cell.source.rpartition("\n")[2]))
        allowed = OUTPUT_DATA | {CHART} if explores else OUTPUT_DATA
        for output in cell.outputs:
            if output.output_type == "stream":
                if output.name != "stdout":
                    yield f"cell {cell.id} wrote to {output.name}"
            elif output.output_type in ("execute_result", "display_data"):
                drawings += "image/svg+xml" in output.data
                if unknown := set(output.data) - allowed:
                    yield f"cell {cell.id} shows {sorted(unknown)}"
                if explores and (missing := allowed - set(output.data)):
                    yield f"cell {cell.id} shows an explorer without {sorted(missing)}"
                if "text/plain" not in output.data:
                    yield f"cell {cell.id} shows something that has no text form"
                if output.metadata:
                    yield f"cell {cell.id} has output metadata"
            else:
                yield f"cell {cell.id} has an output of type {output.output_type}"
        if drawings > 1 or (drawings and len(cell.outputs) > 1):
            yield f"cell {cell.id} shows a figure and something else; give each its own cell"


LEAKS = {
    "a warning": re.compile(r"\w*Warning\b"),
    "a traceback": re.compile(r"Traceback \(most recent call last\)"),
    "a memory address": re.compile(r"\b0x[0-9a-fA-F]{6,}"),
    "a path of one machine": re.compile(
        r"(?:^|[\s'\"(])(?:/(?:home|root|tmp|usr|Users)/|[A-Z]:\\)"
    ),
    "the repr of a NumPy scalar": re.compile(r"\bnp\.(?:float|int|bool|str)"),
    "a terminal control character": re.compile(r"[\r\x08\x1b]"),
    "an object without a readable form": re.compile(r"<[\w.]+ (?:object|at) "),
}


def outputs_are_clean(name: str, notebook: Any) -> Iterator[str]:
    """No warning, traceback, address or path of one machine in what a reader sees."""
    for cell in _code(notebook):
        for text in _output_texts(cell):
            for what, pattern in LEAKS.items():
                if pattern.search(text):
                    yield f"cell {cell.id} shows {what}"


MARKERS = re.compile(r"^\s*#\s*(?:NBVAL_|PYTEST_VALIDATE)", re.MULTILINE)
MAGIC = re.compile(r"^\s*(?:%|!|\?)|get_ipython\(|\?\s*$", re.MULTILINE)


def no_check_is_switched_off(name: str, notebook: Any) -> Iterator[str]:
    """No nbval marker, magic command, shell line or warning filter."""
    for cell in _code(notebook):
        if MARKERS.search(cell.source):
            yield f"cell {cell.id} has a marker comment of nbval"
        if MAGIC.search(cell.source):
            yield f"cell {cell.id} has a magic command or a shell line"
        for word in ("warnings.", "errstate", "seterr", "clear_output"):
            if word in cell.source:
                yield f"cell {cell.id} uses {word}, which hides what the code does"


def randomness_is_seeded(name: str, notebook: Any) -> Iterator[str]:
    """Every generator has a seed, and none is global."""
    for cell in _code(notebook):
        for node in ast.walk(_parsed(cell)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in RANDOM_MODULES:
                if node.attr not in SEEDED:
                    yield f"cell {cell.id} uses {ast.unparse(node)}"
            elif isinstance(node, ast.Call) and _makes_unseeded_generator(node):
                yield f"cell {cell.id} makes a random generator without a seed"
            elif isinstance(node, ast.Import | ast.ImportFrom):
                modules = [alias.name for alias in node.names]
                if "random" in [*modules, getattr(node, "module", None)]:
                    yield f"cell {cell.id} imports the module random"


def _makes_unseeded_generator(call: ast.Call) -> bool:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    seed = ast.unparse(arguments[0]) if arguments else "None"
    return ast.unparse(call.func).split(".")[-1] in SEEDED and seed == "None"


RANDOM_MODULES = {"np.random", "numpy.random"}
SEEDED = {"default_rng", "Generator", "PCG64", "SeedSequence"}


PHONE = 40  # characters of code type that fit into a line of a phone


def printed_lines_fit_a_phone(name: str, notebook: Any) -> Iterator[str]:
    """A result is not cut at the edge of a phone: what is printed has at most 40 characters.

    The errata quote what other texts print, all digits and words.
    """
    if name == "errata":
        return
    for cell in _code(notebook):
        for output in cell.outputs:
            for line in output.get("text", "").splitlines():
                if len(line) > PHONE:
                    yield f"cell {cell.id} prints a line of {len(line)} characters: {line}"


PACKAGES = ("divcore", "exhibits")


def code_is_short_and_public(name: str, notebook: Any) -> Iterator[str]:
    """Cells stay readable, lines fit a phone, and only public names are imported."""
    for cell in _code(notebook):
        lines = cell.source.splitlines()
        folded = bool(cell.metadata.get("tags"))
        if len(lines) > (30 if folded else 16):
            yield f"cell {cell.id} has {len(lines)} lines"
        if long := [line for line in lines if len(line) > 88]:
            yield f"cell {cell.id} has a line of {len(long[0])} characters"
        for node in ast.walk(_parsed(cell)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(
                ("divcore", "exhibits")
            ):
                names = [str(node.module), *(f".{alias.name}" for alias in node.names)]
                if any("._" in name for name in names):
                    yield f"cell {cell.id} imports a private name"


def folds_keep_their_name(name: str, notebook: Any) -> Iterator[str]:
    """A fold has one name: whether it is open is shown, and said, beside the name."""
    for cell in _code(notebook):
        prompts = cell.metadata.get("mystnb", {})
        if prompts.get("code_prompt_show") != prompts.get("code_prompt_hide"):
            yield f"cell {cell.id} has a fold whose name changes when it is opened"


# --- rules for the prose ------------------------------------------------------------

FENCE = re.compile(r"^(`{3,}|~{3,})(?!\{)", re.MULTILINE)
DIRECTIVE_FENCE = re.compile(
    r"^(?P<fence>`{3,})\{(?P<name>[\w:-]+)\}.*?^(?P=fence)\s*$", re.M | re.S
)


def no_fake_output(name: str, notebook: Any) -> Iterator[str]:
    """Code in prose is never run: code and outputs stand in code cells only."""
    for cell in _markdown(notebook):
        prose = DIRECTIVE_FENCE.sub("", cell.source)
        if FENCE.search(prose):
            yield f"cell {cell.id} has a code fence; use a code cell"
        if re.search(r"^(?: {4}|\t)\S", _without_lists(prose), re.MULTILINE):
            yield f"cell {cell.id} has an indented code block"
        if re.search(r"<(?:img|script|iframe|pre|style)\b|!\[", prose):
            yield f"cell {cell.id} brings an image or raw HTML; figures come from code cells"


def _without_lists(text: str) -> str:
    """Drop list items and what is indented under them, and displayed equations."""
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    return re.sub(
        r"^\s*(?:[-*+]|\d+[.)]) .*(?:\n[ \t]+.*|\n(?=\n[ \t]+\S))*", "", text, flags=re.M
    )


NUMBER = re.compile(
    r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?:[eE][-+]?\d+)?(?![\w]|\.\d)"
)
OUTPUT_NUMBER = re.compile(r"[-−]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
REFERENCES = [  # numbers that name a place are not results
    re.compile(r"\\tag\{[^}]*\}"),
    re.compile(r"\[\(\d+\.\d+\)\]\([^)]*\)"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"\{[\w:]+\}`[^`]*`"),
    re.compile(r"\b(?:Exercise|Solution|Section|Step|Theorem)s? \d+\.\d+(?: and \d+\.\d+)?"),
    re.compile(r"^:\w+:.*$", re.MULTILINE),
]


def prose_numbers_are_computed(name: str, notebook: Any) -> Iterator[str]:
    """Every decimal in the prose equals, at its own precision, a number of the chapter.

    It may be an input in the code or a result in an output; it may not be typed from
    memory. Whole numbers with separators (167,856) are checked in the same way.

    Only for pages whose numbers are not bound yet: `tools.bindings` asks more.
    """
    if bindings_of(name).exists():
        return
    known = _numbers_of_code_and_outputs(notebook)
    for cell in _markdown(notebook):
        for token in _prose_numbers(cell.source):
            if not any(_agrees(token, value) for value in known):
                yield f"cell {cell.id} says {token}, which no code cell holds or prints"


def _prose_numbers(text: str) -> list[str]:
    for pattern in REFERENCES:
        text = pattern.sub(" ", text)
    return NUMBER.findall(text.replace("{,}", ",").replace("\\,", " "))


def _numbers_of_code_and_outputs(notebook: Any) -> set[Decimal]:
    texts = [text for cell in _code(notebook) for text in [cell.source, *_output_texts(cell)]]
    tokens = {token for text in texts for token in OUTPUT_NUMBER.findall(text)}
    return {abs(_decimal(token)) for token in tokens}


def _agrees(token: str, value: Decimal) -> bool:
    """Whether `value`, rounded to as many places as `token` has, is `token`."""
    written = abs(_decimal(token))
    unit = Decimal((0, (1,), int(written.as_tuple().exponent)))
    if int(value.as_tuple().exponent) > int(written.as_tuple().exponent) and value != written:
        return False  # the prose claims more digits than the output shows
    rounded = {value.quantize(unit, rounding=r) for r in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
    return written in rounded


def _decimal(token: str) -> Decimal:
    return Decimal(token.replace("−", "-").replace(",", "").replace("_", "").rstrip("."))


TAG = re.compile(r"\\tag\{([^}]*)\}")
EQUATION_LINK = re.compile(r"\[\(([^)\]]+)\)\]\(([^)#]*)#([^)]+)\)")


def equations_are_portable(name: str, notebook: Any) -> Iterator[str]:
    """Tags are numbered by chapter and in order, and nothing needs a macro or `align`."""
    text = "\n\n".join(cell.source for cell in _markdown(notebook))
    chapter = name.split("-")[0].lstrip("0")
    tags = TAG.findall(text)
    if tags != [f"{chapter}.{i}" for i in range(1, len(tags) + 1)]:
        yield f"the equation tags are {tags}"
    for word in (
        r"\begin{align}",
        r"\begin{align*}",
        r"\newcommand",
        r"\def\ ".strip(),
        r"\label{",
        r"\eqref",
    ):
        if word in text:
            yield f"{word} is not portable"
    if text.count("$$") % 2:
        yield "a displayed equation is not closed"
    for number, target, anchor in EQUATION_LINK.findall(text):
        if anchor != "eq-" + number.replace(".", "-"):
            yield f"the link to equation ({number}) leads to {anchor}"
        if not target and number not in tags:
            yield f"there is no equation ({number}) in this chapter"


def tagged_equations_are_checked(name: str, notebook: Any) -> Iterator[str]:
    """Every numbered equation is named by a comment `# checks (3.2)` in a code cell."""
    code = "\n".join(cell.source for cell in _code(notebook))
    checked = {
        n for line in re.findall(r"# checks (.*)", code) for n in re.findall(r"[\d.]+\d", line)
    }
    text = "\n\n".join(cell.source for cell in _markdown(notebook))
    for tag in TAG.findall(text):
        if tag not in checked:
            yield f"no code cell says `# checks ({tag})`"
    for tag in sorted(checked - set(TAG.findall(text))):
        if tag.split(".")[0] == name.split("-")[0].lstrip("0"):
            yield f"a code cell checks ({tag}), which is not in the text"


SECTIONS = ("You will be able to", "Exercises", "Summary", "What is next", "References")


def follows_the_chapter_contract(name: str, notebook: Any) -> Iterator[str]:
    """The parts that every chapter has, and cell ids that name a cell once."""
    twice = [i for i, n in Counter(cell.id for cell in notebook.cells).items() if n > 1]
    if twice:
        yield f"the cell ids {twice} occur more than once"
    text = "\n\n".join(cell.source for cell in _markdown(notebook))
    if len(re.findall(r"^# ", text, re.MULTILINE)) != 1 or not text.startswith("# "):
        yield "a page starts with its one title"
    if not name[:2].isdigit():
        return  # the landing page and the errata are no chapters
    for section in SECTIONS:
        if section not in text:
            yield f"the part “{section}” is missing"
    for exercise in re.findall(r"\*\*Exercise (\d+\.\d+) \([EMH]\)", text):
        if f"Solution {exercise}" not in text:
            yield f"Exercise {exercise} has no solution"


# --- the last rule ------------------------------------------------------------------


def _written_in_normal_form(path: Path) -> Iterator[str]:
    """What stands in the file is what `make outputs` writes."""
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)
    if nbformat.writes(normal_form(notebook)) + "\n" != text:
        yield "run `make outputs`, the file differs from its normal form"


RULES: list[Rule] = [
    all_cells_were_run_in_order,
    only_known_metadata,
    only_known_outputs,
    outputs_are_clean,
    no_check_is_switched_off,
    randomness_is_seeded,
    printed_lines_fit_a_phone,
    code_is_short_and_public,
    folds_keep_their_name,
    no_fake_output,
    prose_numbers_are_computed,
    equations_are_portable,
    tagged_equations_are_checked,
    follows_the_chapter_contract,
]


# --- reading a notebook -------------------------------------------------------------


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _markdown(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def _parsed(cell: Any) -> ast.AST:
    try:
        return ast.parse(str(cell.source))
    except SyntaxError:  # a magic command; another rule names it
        return ast.Module(body=[], type_ignores=[])


def _output_texts(cell: Any) -> Iterator[str]:
    """What a cell shows in words: its printed text and the text form of its results."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        elif "data" in output:
            yield output.data.get("text/plain", "")
