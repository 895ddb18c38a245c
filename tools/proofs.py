"""The theorems in ``proofs``: check them with Coq, and tie them to the book's theorem boxes.

- ``python -m tools.proofs`` (``make proofs``) lets Coq check everything.
- ``python -m tools.proofs compare`` prints how boxes or statements have changed since somebody
  last compared them.
- ``python -m tools.proofs agree thm-floor …`` says that you have compared these: box and
  statement still say the same. Coq checks everything once more, then the new state is noted.
"""

from __future__ import annotations

import difflib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from _ext.proofs import (
    FOLDER,
    NOTE,
    STANDARD_AXIOMS,
    ProofError,
    Statement,
    boxes,
    changed,
    digest,
    noted,
    source_digest,
    sources,
    statements,
)

ROOT = Path(__file__).resolve().parent.parent


def coq(folder: Path, file: str) -> str:
    """Let Coq check one file, and return what it says."""
    command = ["coqc", "-q", "-Q", ".", "Book", file]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        raise ProofError(f"Coq refuses {file}:\n{run.stderr}")
    return run.stdout


def check(root: Path = ROOT) -> dict[str, list[str]]:
    """Let Coq check all files, and return the axioms of each theorem by its label."""
    theorems = statements(root)
    with tempfile.TemporaryDirectory() as name:
        workshop = Path(name)  # Coq writes beside what it reads
        for path in sources(root):
            shutil.copy(path, workshop)
            coq(workshop, path.name)
        modules = " ".join(path.stem for path in sources(root))
        question = [f"From Book Require {modules}."]
        for theorem in theorems.values():
            full_name = f"{Path(theorem.file).stem}.{theorem.name}"
            question.append(f"Print Assumptions {full_name}.")
        (workshop / "Question.v").write_text("\n".join(question) + "\n")
        answers = assumptions(coq(workshop, "Question.v"))
    axioms = dict(zip(theorems, answers, strict=True))
    for label, names in axioms.items():
        if foreign := set(names) - set(STANDARD_AXIOMS):
            raise ProofError(f"{label} rests on {', '.join(sorted(foreign))}")
    return axioms


def assumptions(said: str) -> list[list[str]]:
    """Read the names of axioms in each answer to ``Print Assumptions``."""
    answers = re.split(r"^(?=Axioms:|Closed under)", said, flags=re.MULTILINE)[1:]
    return [
        sorted(re.findall(r"^([\w.]+)\s*(?=:)", a[len("Axioms:") :], re.M)) for a in answers
    ]


def difference(old: Iterable[str], new: Iterable[str]) -> str:
    """Return two texts as a list of words: common, only in the old, only in the new."""
    lines = difflib.ndiff(list(old), list(new))
    return "\n".join(line for line in lines if not line.startswith("?"))


def compare() -> None:
    """Print what has changed since box and statement were last compared."""
    theorems, texts, note = statements(ROOT), boxes(ROOT), noted(ROOT)
    for label in changed(ROOT):
        now, before = theorems[label], note["theorems"].get(label, {})
        print(f"\n== {label} ({now.file}, {now.name})\nThe box, word by word:")
        print(difference(before.get("box", "").split(), texts.get(label, "").split()))
        print("\nThe statement, line by line:")
        print(difference(before.get("says", "").splitlines(), says(now).splitlines()))
    if not changed(ROOT):
        print("Nothing has changed since boxes and statements were last compared.")
        return
    definitions = [theorem.definitions for theorem in theorems.values()]
    print("\n== Definitions that statements use")
    print(difference(note["definitions"], unique(definitions)))
    print(
        "\nRead box and statement side by side: same hypotheses, conclusion, cases of equality?"
        "\nThen say: python -m tools.proofs agree LABEL …"
    )


def agree(labels: list[str]) -> None:
    """Note that somebody has compared these theorems with their boxes."""
    texts, theorems = boxes(ROOT), statements(ROOT)
    if strangers := [label for label in labels if label not in theorems or label not in texts]:
        raise SystemExit(f"No box, or no theorem: {', '.join(strangers)}")
    axioms = check()
    old = noted(ROOT)["theorems"] if (ROOT / FOLDER / NOTE).exists() else {}
    new = {}
    for label, theorem in theorems.items():
        new[label] = old.get(label, {}) | {"axioms": axioms[label]}
        if label in labels:
            new[label] |= {"box": texts[label], "says": says(theorem)}
            write_digest(theorem, digest(texts[label], theorem))
    note = {
        "coq": version(),
        "sources": source_digest(ROOT),
        "definitions": unique(theorem.definitions for theorem in theorems.values()),
        "theorems": new,
    }
    text = json.dumps(note, indent=1, ensure_ascii=False) + "\n"
    (ROOT / FOLDER / NOTE).write_text(text, encoding="utf-8", newline="\n")


def says(theorem: Statement) -> str:
    """Return what a theorem says, in words and in Coq."""
    return f"{theorem.words}\n{theorem.text}"


def unique(definitions: Iterable[str]) -> list[str]:
    """Return the lines of all definitions, each definition once."""
    blocks = dict.fromkeys(block for text in definitions for block in text.split("\n\n"))
    return [line for block in blocks for line in block.splitlines()]


def write_digest(theorem: Statement, value: str) -> None:
    """Write the digest above a theorem."""
    path = ROOT / FOLDER / theorem.file
    text = path.read_text(encoding="utf-8")
    old = rf"^\(\*@ {theorem.label}(?: [0-9a-f]{{16}})?$"
    text = re.sub(old, f"(*@ {theorem.label} {value}", text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8", newline="\n")


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
