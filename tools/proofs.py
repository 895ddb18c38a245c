"""The theorems in ``proofs``: check them with Coq, and tie them to the book's theorem boxes.

- ``python -m tools.proofs`` (``make proofs``) lets Coq check everything.
- ``python -m tools.proofs compare`` prints how boxes or statements have changed since somebody
  last compared them.
- ``python -m tools.proofs agree thm-floor …`` says that you have compared these: box and
  statement still say the same. Coq checks everything once more, then the new state is noted.

Above each theorem stands a digest of its box, its statement, and all definitions that the
statement uses. When any of them changes, the digest no longer fits, and a test is red.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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


def sources(folder: Path) -> list[Path]:
    """Return the files of a folder of proofs, in the order in which each may use the former."""
    project = (folder / "_CoqProject").read_text(encoding="utf-8")
    return [folder / line for line in project.splitlines() if line.endswith(".v")]


def used(text: str, definitions: list[tuple[str, str]]) -> str:
    """Return all definitions that a text uses, also by way of others; notations always count."""
    chosen: set[int] = set()
    waiting = [text]
    while waiting:
        words = set(re.findall(r"\w+", waiting.pop()))
        for i, (name, definition) in enumerate(definitions):
            if i not in chosen and (name in words or not name.isidentifier()):
                chosen.add(i)
                waiting.append(definition)
    return "\n\n".join(definitions[i][1] for i in sorted(chosen))


def statements(folder: Path = ROOT / FOLDER) -> dict[str, Statement]:
    """Return the theorems of all files by the labels of their boxes."""
    found: dict[str, Statement] = {}
    definitions: list[tuple[str, str]] = []
    for path in sources(folder):
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


def boxes(root: Path = ROOT) -> dict[str, str]:
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


def source_digest(folder: Path = ROOT / FOLDER) -> str:
    """Return a digest of all proofs, whatever the digests in them are."""
    total = hashlib.sha256()
    for path in sources(folder):
        text = path.read_text(encoding="utf-8")
        total.update(re.sub(r"^(\(\*@ \S+) [0-9a-f]{16}$", r"\1", text, flags=re.M).encode())
    return total.hexdigest()[:16]


def unproved(folder: Path = ROOT / FOLDER) -> dict[str, str]:
    """Return the labels of boxes without a theorem, each with its reason."""
    return tomllib.loads((folder / "unproved.toml").read_text(encoding="utf-8"))


def noted(folder: Path = ROOT / FOLDER) -> dict[str, dict[str, object]]:
    """Return what was noted when Coq last checked everything."""
    note: dict[str, dict[str, object]] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    return note


def coq(folder: Path, file: str) -> str:
    """Let Coq check one file, and return what it says."""
    command = ["coqc", "-q", "-Q", ".", "Book", file]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        raise ProofError(f"Coq refuses {file}:\n{run.stderr}")
    return run.stdout


def assumptions(said: str) -> list[str]:
    """Read the names of axioms in what ``Print Assumptions`` says."""
    if said.strip() == "Closed under the global context":
        return []
    names = re.findall(r"^(\S+)(?= :|$)", said, flags=re.MULTILINE)
    return sorted(set(names) - {"Axioms:"})


def check(folder: Path = ROOT / FOLDER) -> dict[str, list[str]]:
    """Let Coq check all files, and return the axioms of each theorem by its label."""
    with tempfile.TemporaryDirectory() as name:
        workshop = Path(name)
        for path in sources(folder):
            shutil.copy(path, workshop)
            coq(workshop, path.name)
        axioms = {label: axioms_of(workshop, s) for label, s in statements(folder).items()}
    for label, names in axioms.items():
        if foreign := set(names) - set(STANDARD_AXIOMS):
            raise ProofError(f"{label} rests on {', '.join(sorted(foreign))}")
    return axioms


def axioms_of(workshop: Path, statement: Statement) -> list[str]:
    """Ask Coq for the axioms that a theorem rests on."""
    module = statement.file.removesuffix(".v")
    question = f"From Book Require {module}.\nPrint Assumptions {module}.{statement.name}.\n"
    (workshop / "Question.v").write_text(question)
    return assumptions(coq(workshop, "Question.v"))


def changed(folder: Path = ROOT / FOLDER, root: Path = ROOT) -> list[str]:
    """Return the labels of theorems that do not fit their digest, or have no box."""
    texts = boxes(root)
    return [
        label
        for label, statement in statements(folder).items()
        if label not in texts or statement.digest != digest(texts[label], statement)
    ]


def difference(old: Iterable[str], new: Iterable[str]) -> str:
    """Return two texts as a list of words: common, only in the old, only in the new."""
    lines = difflib.ndiff(list(old), list(new))
    return "\n".join(line for line in lines if not line.startswith("?"))


def compare() -> None:
    """Print what has changed since box and statement were last compared."""
    theorems, texts, note = statements(), boxes(), noted()["theorems"]
    for label in changed():
        now = theorems[label]
        before = note.get(label, {})
        print(f"\n== {label} ({now.file}, {now.name})")
        print("The box, old words with -, new words with +:")
        print(difference(str(before.get("box", "")).split(), texts.get(label, "").split()))
        for part in ("words", "text", "definitions"):
            old, new = str(before.get(part, "")), getattr(now, part)
            if squeeze(old) != squeeze(new):
                print(f"{part}:\n{difference(old.splitlines(), new.splitlines())}")
        print(f"\nThe statement now:\n{now.words}\n{now.text}")
    print(
        "\nRead each box and its statement side by side: same hypotheses, same conclusion, same "
        "equality cases?\nThen say: python -m tools.proofs agree LABEL …"
        if changed()
        else "Nothing has changed since box and statement were last compared."
    )


def agree(labels: list[str]) -> None:
    """Note that somebody has compared these theorems with their boxes."""
    axioms, texts, theorems = check(), boxes(), statements()
    for label in labels:
        path = ROOT / FOLDER / theorems[label].file
        header = f"(*@ {label} {digest(texts[label], theorems[label])}\n"
        text = path.read_text(encoding="utf-8")
        text = re.sub(rf"^\(\*@ {label}(?: [0-9a-f]{{16}})?\n", header, text, flags=re.M)
        path.write_text(text, encoding="utf-8", newline="\n")
    old = noted()["theorems"] if (ROOT / FOLDER / NOTE).exists() else {}
    new = {
        label: {**asdict(statement), "box": texts[label], "axioms": axioms[label]}
        if label in labels
        else {**old.get(label, {}), "axioms": axioms[label]}  # type: ignore[dict-item]
        for label, statement in statements().items()
    }
    note = {"coq": version(), "sources": source_digest(), "theorems": new}
    text = json.dumps(note, indent=1, ensure_ascii=False) + "\n"
    (ROOT / FOLDER / NOTE).write_text(text, encoding="utf-8", newline="\n")


def version() -> str:
    """Return the version of Coq."""
    said = subprocess.run(["coqc", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"version (\S+)", said.stdout)
    assert found, said.stdout
    return found[1]


def main(arguments: list[str]) -> None:
    """Do what the command says."""
    if arguments[:1] == ["compare"]:
        compare()
    elif arguments[:1] == ["agree"]:
        agree(arguments[1:])
    else:
        if shutil.which("coqc") is None:
            raise SystemExit("There is no coqc here; Debian and Ubuntu have it in coq.")
        started = time.monotonic()
        axioms = check()
        seconds = time.monotonic() - started
        print(f"Coq {version()} has checked {len(axioms)} theorems in {seconds:.0f} s.")
        print("Axioms:", ", ".join(sorted(set().union(*axioms.values()))) or "none")


if __name__ == "__main__":
    main(sys.argv[1:])
