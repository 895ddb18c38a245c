"""The theorems in ``proofs``, tied to the book's theorem boxes and shown in them.

Each box has a fold with the statement that Coq has checked, read from the ``.v`` file; the
directive ``{book-proofs}`` lists all. Above each theorem stands a digest of its box, its
statement, and all definitions that the statement uses. When one of them has changed since
somebody compared them, or a proof since Coq checked it, the box has no fold and a test is red.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from docutils.statemachine import StringList  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

FOLDER, NOTE = "proofs", "checked.json"
STANDARD_AXIOMS = {  # what Coq's standard library assumes of real numbers and functions
    "ClassicalDedekindReals.sig_forall_dec": "whether a property that can be decided for every "
    "whole number has a counterexample can be decided",
    "ClassicalDedekindReals.sig_not_dec": "“not not A” or “not A” can be decided",
    "FunctionalExtensionality.functional_extensionality_dep": "functions with the same values "
    "are equal",
    "Classical_Prop.classic": "every statement is true or false",
}
BOX = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{prf:(?:theorem|lemma|corollary|proposition)\}(?P<title>.*)\n"
    r"(?P<body>(?:.*\n)*?)(?P=fence)[ \t]*$",
    re.MULTILINE,
)
LABEL = re.compile(r"^:label:\s*(\S+)\s*$", re.MULTILINE)
HEADER = re.compile(
    r"^\(\*@ (?P<label>\S+)(?: (?P<digest>[0-9a-f]{16}))?\n(?P<words>.*?)\*\)\n"
    r"(?P<statement>Theorem (?P<name>\w+).*?\.)\nProof\.$",
    re.MULTILINE | re.DOTALL,
)
DEFINITION = re.compile(
    r"^(?:Definition|Fixpoint|Record|Inductive|Notation|Infix|Coercion)\s+(?P<name>\S+)"
    r"(?:.*?\.)$(?:\nProof\..*?^Defined\.$)?",
    re.MULTILINE | re.DOTALL,
)
COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)
SUMMARY = "Checked by Coq"
SIGNS = {
    "Σ": "Σ adds up numbers over all outcomes",
    "Total": "Total adds up prices",
    "≼": "≼ means “at most”",
    "⊕": "⊕ adds two prices",
    "⊙": "⊙ gives a price a weight, and 0 times infinite is 0",
    "/\\": "/\\ means “and”",
    "<->": "<-> means “exactly when”",
}


class ProofError(Exception):
    """Coq refuses a proof, or a theorem rests on what it should not."""


@dataclass(frozen=True)
class Statement:
    """One theorem: where it stands, what it says in Coq and in words, what its terms mean."""

    label: str
    digest: str
    name: str
    file: str
    words: str
    text: str
    definitions: str


def squeeze(text: str) -> str:
    """Return a text with every run of white space made one space."""
    return " ".join(text.split())


def sources(root: Path) -> list[Path]:
    """Return the files of proofs, in the order in which each may use the former."""
    folder = root / FOLDER
    project = (folder / "_CoqProject").read_text(encoding="utf-8")
    return [folder / line for line in project.splitlines() if line.endswith(".v")]


def used(text: str, definitions: list[tuple[str, str]]) -> str:
    """Return the definitions that a text uses, also by way of others, and all notations."""
    chosen: set[int] = set()
    waiting = [text]
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop()))
        for i, (name, definition) in enumerate(definitions):
            if i not in chosen and (name in words or not name.isidentifier()):
                chosen.add(i)
                waiting.append(definition)
    return "\n\n".join(definitions[i][1] for i in sorted(chosen))


def statements(root: Path) -> dict[str, Statement]:
    """Return the theorems of all files by the labels of their boxes."""
    found: dict[str, Statement] = {}
    definitions: list[tuple[str, str]] = []
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        bare = COMMENT.sub("", text)
        definitions += [(d["name"], d[0]) for d in DEFINITION.finditer(bare)]
        for m in HEADER.finditer(text):
            if m["label"] in found:
                raise ProofError(f"two theorems for the box {m['label']}")
            meaning = used(m["statement"], definitions)
            found[m["label"]] = Statement(
                m["label"], m["digest"] or "", m["name"], path.name, m["words"].rstrip(),
                m["statement"], meaning,
            )  # fmt: skip
        if text.count("(*@") != len(HEADER.findall(text)):
            raise ProofError(f"{path.name}: a comment (*@ …*) that no theorem follows")
    return found


def boxes(root: Path) -> dict[str, str]:
    """Return the text of every theorem box of the chapters by its label."""
    found = {}
    for path in sorted((root / "chapters").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for box in BOX.finditer("".join(cell["source"])):
                label = LABEL.search(box["body"])
                if label is None:
                    raise ProofError(f"{path.name}: a theorem without a label")
                found[label[1]] = squeeze(box["title"] + " " + LABEL.sub("", box["body"]))
    return found


def digest(box: str, statement: Statement) -> str:
    """Return the digest of a box, of the theorem beside it, and of what its terms mean."""
    parts = (box, statement.words, statement.text, statement.definitions)
    return hashlib.sha256("\0".join(map(squeeze, parts)).encode()).hexdigest()[:16]


def source_digest(root: Path) -> str:
    """Return a digest of all proofs, whatever the digests in them are."""
    total = hashlib.sha256()
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        total.update(re.sub(r"^(\(\*@ \S+) [0-9a-f]{16}$", r"\1", text, flags=re.M).encode())
    return total.hexdigest()[:16]


def unproved(root: Path) -> dict[str, str]:
    """Return the labels of boxes without a theorem, each with its reason."""
    return tomllib.loads((root / FOLDER / "unproved.toml").read_text(encoding="utf-8"))


def noted(root: Path) -> dict[str, Any]:
    """Return what was noted when Coq last checked everything."""
    note: dict[str, Any] = json.loads((root / FOLDER / NOTE).read_text(encoding="utf-8"))
    return note


def changed(root: Path) -> list[str]:
    """Return the labels of theorems that do not fit their digest, or have no box."""
    texts = boxes(root)
    return [
        label
        for label, statement in statements(root).items()
        if label not in texts or statement.digest != digest(texts[label], statement)
    ]


def checked(root: Path) -> dict[str, Statement]:
    """Return the theorems whose statement and box are as they were compared and checked."""
    if not (root / FOLDER / NOTE).exists():
        return {}
    if noted(root)["sources"] != source_digest(root):
        return {}
    stale = changed(root)
    return {k: v for k, v in statements(root).items() if k not in stale}


def fold(statement: Statement) -> list[nodes.Node]:
    """Return the folded statement of a theorem."""
    signs = [words for sign, words in SIGNS.items() if sign in statement.text]
    where = [nodes.Text("In "), nodes.literal("", f"{FOLDER}/{statement.file}")]
    legend = "; ".join(signs)
    text = nodes.paragraph("", "", *where, nodes.Text(f". {legend}." if legend else "."))
    code = nodes.literal_block(statement.text, statement.text, language="text")
    return [
        nodes.raw("", f'<details class="formal"><summary>{SUMMARY}</summary>', format="html"),
        code,
        text,
        nodes.raw("", "</details>", format="html"),
    ]


class AddFolds(SphinxPostTransform):
    """Puts its fold at the end of each theorem box that Coq has checked."""

    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Change the page."""
        boxes = [n for n in self.document.findall(nodes.Element) if n.get("realtype")]
        theorems = checked(Path(self.app.srcdir)) if boxes else {}
        for box in boxes:
            if box["label"] in theorems:
                box += fold(theorems[box["label"]])


class BookProofs(SphinxDirective):
    """Write which theorems Coq has checked, and what they rest on."""

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        self.env.note_reread()  # it depends on what is not in the page's own file
        result = nodes.container()
        lines = report(Path(self.env.srcdir))
        self.state.nested_parse(StringList(lines, "proofs"), self.content_offset, result)
        return list(result.children)


def report(root: Path) -> list[str]:
    """Return lines of Markdown: a table of theorems, a list of axioms, what is missing."""
    note, theorems, labels = noted(root), checked(root), boxes(root)
    axioms = list(STANDARD_AXIOMS)
    lines = [
        f"Coq {note['coq']} has checked the proofs of {len(theorems)} of the book’s "
        f"{len(labels)} theorems. The last column says on which axioms of Coq’s standard "
        "library each rests, by their numbers in the list below.",
        "",
        "| theorem | name in Coq | file | axioms |",
        "|---|---|---|---|",
    ]
    for label, theorem in theorems.items():
        rests = note["theorems"][label]["axioms"]
        numbers = (
            ", ".join(str(i) for i, name in enumerate(axioms, 1) if name in rests) or "none"
        )
        lines.append(
            f"| {{prf:ref}}`{label}` | `{theorem.name}` | `{theorem.file}` | {numbers} |"
        )
    lines.append("")
    lines += [f"{i}. `{k}`: {v}." for i, (k, v) in enumerate(STANDARD_AXIOMS.items(), 1)]
    reasons = unproved(root)
    for label in labels:
        if label not in theorems:
            reason = reasons.get(label, "changed since it was last compared with its proof")
            lines += ["", f"Not checked: {{prf:ref}}`{label}` ({reason})."]
    return lines
