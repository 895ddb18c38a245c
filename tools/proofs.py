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
    with tempfile.TemporaryDirectory() as workshop:
        compile_in(Path(workshop), root)
        return axioms_in(Path(workshop), root)


def compile_in(workshop: Path, root: Path) -> None:
    """Let Coq check all files in another folder, because it writes beside what it reads."""
    for path in sources(root):
        shutil.copy(path, workshop)
        coq(workshop, path.name)


def axioms_in(workshop: Path, root: Path) -> dict[str, list[str]]:
    """Ask Coq for the axioms of each theorem, and refuse any but the standard library's."""
    theorems = statements(root)
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


def compare(root: Path = ROOT) -> None:
    """Print what has changed since box and statement were last compared."""
    theorems, texts, note, stale = statements(root), boxes(root), noted(root), changed(root)
    for label in stale:
        now, before = theorems[label], note["theorems"].get(label, {})
        print(f"\n== {label} ({now.file}, {now.name})\nThe box, word by word:")
        print(difference(before.get("box", "").split(), texts.get(label, "").split()))
        print("\nThe statement, line by line:")
        print(difference(before.get("says", "").splitlines(), says(now).splitlines()))
    if not stale:
        print("Nothing has changed since boxes and statements were last compared.")
        return
    print("\n== Definitions that statements use")
    print(difference(note["definitions"], definitions(theorems)))
    print(
        "\nRead box and statement side by side: same hypotheses, conclusion, cases of equality?"
        "\nThen say: python -m tools.proofs agree LABEL …"
    )


def agree(labels: list[str], root: Path = ROOT) -> None:
    """Note that somebody has compared these theorems with their boxes."""
    texts, theorems = boxes(root), statements(root)
    if strangers := [label for label in labels if label not in theorems or label not in texts]:
        raise SystemExit(f"No box, or no theorem: {', '.join(strangers)}")
    axioms = check(root)
    note_file = root / FOLDER / NOTE
    old = noted(root)["theorems"] if note_file.exists() else {}
    new = {}
    for label, theorem in theorems.items():
        new[label] = old.get(label, {}) | {"axioms": axioms[label]}
        if label in labels:
            new[label] |= {"box": texts[label], "says": says(theorem)}
            write_digest(root / FOLDER / theorem.file, label, digest(texts[label], theorem))
    note = {
        "coq": version(),
        "sources": source_digest(root),
        "definitions": definitions(theorems),
        "theorems": new,
    }
    text = json.dumps(note, indent=1, ensure_ascii=False) + "\n"
    note_file.write_text(text, encoding="utf-8", newline="\n")


def says(theorem: Statement) -> str:
    """Return what a theorem says, in words and in Coq."""
    return f"{theorem.words}\n{theorem.text}"


def definitions(theorems: dict[str, Statement]) -> list[str]:
    """Return the lines of all definitions that theorems use, each definition once."""
    blocks = [block for t in theorems.values() for block in t.definitions.split("\n\n")]
    return [line for block in dict.fromkeys(blocks) for line in block.splitlines()]


def write_digest(path: Path, label: str, value: str) -> None:
    """Write the digest above a theorem."""
    text = path.read_text(encoding="utf-8")
    old = rf"^\(\*@ {label}(?: [0-9a-f]{{16}})?$"
    text = re.sub(old, f"(*@ {label} {value}", text, flags=re.MULTILINE)
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
