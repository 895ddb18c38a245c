"""The proofs in Coq: complete, without axioms of our own, and tied to the theorem boxes.

Without Coq the tests that need it are skipped, unless ``BOOK_PROOFS=required``. The others
still notice when a box, a statement, or any proof has changed since Coq checked it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from _ext import proofs as hook
from tests.tiny_book import Book
from tools import proofs

ROOT = proofs.ROOT


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Coq has checked everything."""
    if shutil.which("coqc") is None:
        if os.environ.get("BOOK_PROOFS") == "required":
            pytest.fail("there is no coqc here")
        pytest.skip("there is no coqc here: the proofs were not checked again")
    folder = tmp_path_factory.mktemp("coq")
    proofs.compile_in(folder, ROOT)
    return folder


# --- the book's proofs ----------------------------------------------------------------------


def test_coq_accepts_all_proofs_with_the_axioms_that_are_noted(workshop: Path) -> None:
    axioms = proofs.axioms_in(workshop, ROOT)
    noted = {k: v["axioms"] for k, v in hook.noted(ROOT)["theorems"].items()}
    assert axioms == noted
    assert all(set(names) <= set(hook.STANDARD_AXIOMS) for names in axioms.values())


def test_every_box_has_a_theorem_or_a_reason() -> None:
    proved, reasons = set(hook.statements(ROOT)), hook.unproved(ROOT)
    assert proved | set(reasons) == set(hook.boxes(ROOT))
    assert not proved & set(reasons)
    assert all(reasons.values())
    assert len(reasons) <= 2


def test_box_and_statement_are_as_they_were_compared() -> None:
    assert hook.changed(ROOT) == [], "say: python -m tools.proofs compare"


def test_proofs_are_as_coq_checked_them() -> None:
    note, theorems = hook.noted(ROOT), hook.statements(ROOT)
    again = "Coq has to check the proofs again; say: python -m tools.proofs agree"
    assert note["sources"] == hook.source_digest(ROOT), again
    assert list(note["theorems"]) == list(theorems)
    texts = hook.boxes(ROOT)
    for label, theorem in theorems.items():
        assert note["theorems"][label]["says"] == proofs.says(theorem)
        assert note["theorems"][label]["box"] == texts[label]
    assert note["definitions"] == proofs.definitions(theorems)


def test_no_proof_is_left_out_and_nothing_is_assumed() -> None:
    word = r"Admitted|admit|give_up|Axioms?|Parameters?|Conjecture|Unset|Set|bypass_check"
    for path in hook.sources(ROOT):
        code = hook.COMMENT.sub("", path.read_text(encoding="utf-8"))
        assert re.findall(rf"\b(?:{word})\b", code) == []
    assert {p.name for p in (ROOT / hook.FOLDER).glob("*.v")} == {
        path.name for path in hook.sources(ROOT)
    }


def test_no_theorem_of_a_box_gains_a_premise_from_a_section() -> None:
    """What a section assumes is in neither the statement that is shown nor its digest."""
    for path in hook.sources(ROOT):
        for section in re.findall(
            r"^Section (\w+)\.(.*?)^End \1\.", path.read_text(), re.M | re.S
        ):
            assert not hook.HEADER.search(section[1]), (path.name, section[0])


# --- tampering ------------------------------------------------------------------------------


class Tampering(NamedTuple):
    """A change of a statement, a definition, or the words above a theorem."""

    label: str
    old: str
    new: str
    file: str = ""  # by default that of the theorem
    refused: bool = True  # by Coq: the rest is as true, but says something else


TAMPERINGS = {
    "≤ becomes <": Tampering("thm-bounds", "0 <= entropy P", "0 < entropy P"),
    "≥ becomes >": Tampering("thm-mle", "Q sample <= like", "Q sample < like"),
    "≤ turned round": Tampering(
        "thm-data-floor", "≼ mean_loss data Q", "≼ 0 /\\ mean_loss data Q ≼ infinite"
    ),
    "a hypothesis dropped": Tampering("thm-gibbs", "pmf P -> pmf Q ->", "pmf P ->"),
    "f may rise": Tampering(
        "thm-surprisal", "(forall a b, 0 < a -> a <= b -> b <= 1 -> f b <= f a) ->", ""
    ),
    "no common rule": Tampering("thm-data-processing", " (forall x, pmf (k x)) ->", ""),
    "P and Q swapped in a weight": Tampering(
        "thm-chain-rule", "first P x ⊙ KL", "first Q x ⊙ KL"
    ),
    "P and Q swapped in a difference": Tampering(
        "thm-logit-gradient", "softmax z k - P k", "P k - softmax z k"
    ),
    "P and Q swapped in the floor": Tampering(
        "thm-floor", "finite (entropy P) ≼", "finite (entropy Q) ≼"
    ),
    "a larger constant": Tampering("thm-pinsker", "2 * TV P Q ^ 2", "3 * TV P Q ^ 2"),
    "a better exponent": Tampering("thm-exponent", "/ (INR N + 1)", "/ INR N"),
    "P^ and P swapped": Tampering(
        "thm-optimism",
        "KL (share (sample_of N draw w)) P)",
        "KL P (share (sample_of N draw w)))",
    ),
    "convex becomes linear": Tampering("thm-linear-convex", "≼ l ⊙", "= l ⊙"),
    "a weaker conclusion": Tampering("thm-gibbs", "<-> forall", "-> forall", refused=False),
    "an additional hypothesis": Tampering(
        "thm-coin", "0 <= q <= 1 ->", "0 < q < 1 ->", refused=False
    ),
    "a case dropped": Tampering(
        "thm-one-hot", "\n  /\\ (Q y = 0 -> cross_entropy P Q = infinite).", ".", refused=False
    ),
    "other words": Tampering("thm-pinsker", "half the sum", "the sum", refused=False),
    "≼ becomes strict": Tampering(
        "thm-floor", "finite s => r <= s", "finite s => r < s", "Foundations.v"
    ),
    "0 times infinite is infinite": Tampering(
        "thm-one-hot", "if Req_EM_T w 0 then 0 else match", "match", "Foundations.v"
    ),
    "the logarithm of a ratio turned round": Tampering(
        "thm-gibbs", "infinite else ln (p / q)", "infinite else ln (q / p)", "Foundations.v"
    ),
    "a pmf may sum to less": Tampering(
        "thm-data-processing", "(Σ x, P x) = 1.", "(Σ x, P x) <= 1.", "Foundations.v"
    ),
}


@cache
def cells_with_boxes() -> list[dict[str, object]]:
    """Return the cells of all chapters that hold theorem boxes: a book that is read fast."""
    return [
        {"cell_type": "markdown", "metadata": {}, "source": cell["source"]}
        for path in sorted((ROOT / "chapters").glob("*.ipynb"))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if hook.BOX.search("".join(cell["source"]))
    ]


def copy_of_book(folder: Path) -> Path:
    """Return a root that has the book's proofs and theorem boxes."""
    shutil.copytree(ROOT / hook.FOLDER, folder / hook.FOLDER)
    write_cells(folder, cells_with_boxes())
    return folder


def spoil(root: Path, tampering: Tampering) -> Path:
    """Change one place of a statement, of the words above it, or of a definition."""
    theorem = hook.statements(ROOT)[tampering.label]
    path = root / hook.FOLDER / (tampering.file or theorem.file)
    text = path.read_text(encoding="utf-8")
    for part in [text] if tampering.file else [theorem.words, theorem.text]:
        if tampering.old in part:
            assert part.count(tampering.old) == 1
            text = text.replace(part, part.replace(tampering.old, tampering.new))
    assert text != path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    return path


def test_a_faithful_copy_counts_as_checked(tmp_path: Path) -> None:
    root = copy_of_book(tmp_path)
    assert list(hook.checked(root)) == list(hook.statements(root))


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_noticed_without_coq(name: str, tmp_path: Path) -> None:
    root = copy_of_book(tmp_path)
    spoil(root, TAMPERINGS[name])
    assert TAMPERINGS[name].label in hook.changed(root)
    assert hook.checked(root) == {}


@pytest.mark.parametrize("name", [k for k, v in TAMPERINGS.items() if v.refused])
def test_coq_refuses_what_is_false(name: str, workshop: Path, tmp_path: Path) -> None:
    here = tmp_path / "coq"
    shutil.copytree(workshop, here)
    (tmp_path / "book").mkdir()
    path = spoil(copy_of_book(tmp_path / "book"), TAMPERINGS[name])
    shutil.copy(path, here)
    with pytest.raises(hook.ProofError, match=f"Coq refuses {path.name}"):
        proofs.coq(here, path.name)


def test_a_changed_box_is_noticed_and_its_white_space_is_not(tmp_path: Path) -> None:
    root = copy_of_book(tmp_path)
    path = root / "chapters" / "a.ipynb"
    text = path.read_text(encoding="utf-8")
    words = "with equality exactly when $P=Q$."
    assert text.count(words) == 1
    path.write_text(text.replace(words, words.replace(" ", "  ")), encoding="utf-8")
    assert hook.changed(root) == []
    path.write_text(text.replace(words, "with equality when $P=Q$."), encoding="utf-8")
    assert hook.changed(root) == ["thm-gibbs"]
    assert "thm-gibbs" not in hook.checked(root)


def test_nothing_counts_as_checked_when_any_proof_has_changed(tmp_path: Path) -> None:
    root = copy_of_book(tmp_path)
    path = root / hook.FOLDER / "KLDivergence.v"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("assumption.", "auto."), encoding="utf-8")
    assert hook.changed(root) == []
    assert hook.checked(root) == {}


# --- the machinery, with a book of one theorem ------------------------------------------------

BOX = "Small\n:label: thm-small\n\nFor all $n$, $n = n$.\n"
SMALL = """(** Numbers. *)
Definition twice (n : nat) := n + n.
Definition thrice (n : nat) := n + n + n.

(*@ thm-small
   if:   n is a number
   then: n = n
*)
Theorem small (n : nat) : twice n = twice n.
Proof.
  reflexivity.
Qed.
"""


def write_chapter(root: Path, box: str) -> None:
    source = f"# A\n\n```{{prf:theorem}} {box}```\n"
    write_cells(root, [{"cell_type": "markdown", "metadata": {}, "source": source}])


def write_cells(root: Path, cells: list[dict[str, object]]) -> None:
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (root / "chapters").mkdir(exist_ok=True)
    text = json.dumps(notebook, ensure_ascii=False)
    (root / "chapters" / "a.ipynb").write_text(text, encoding="utf-8")


def write_small(root: Path) -> None:
    """Write one chapter, one theorem, and its proof."""
    (root / hook.FOLDER).mkdir()
    (root / hook.FOLDER / "_CoqProject").write_text("-Q . Book\nSmall.v\n")
    (root / hook.FOLDER / "Small.v").write_text(SMALL)
    (root / hook.FOLDER / "unproved.toml").write_text('thm-large = "it is too large"\n')
    write_chapter(root, BOX)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A root with nothing but this."""
    write_small(tmp_path)
    return tmp_path


def test_statement_brings_the_definitions_that_it_uses(small: Path) -> None:
    (theorem,) = hook.statements(small).values()
    assert theorem.text == "Theorem small (n : nat) : twice n = twice n."
    assert theorem.definitions == "Definition twice (n : nat) := n + n."
    assert "then: n = n" in theorem.words


def test_a_header_without_a_theorem_is_refused(small: Path) -> None:
    path = small / hook.FOLDER / "Small.v"
    path.write_text(SMALL.replace("Theorem small", "Lemma small"))
    with pytest.raises(hook.ProofError, match="no theorem follows"):
        hook.statements(small)


def test_one_box_has_one_theorem_and_a_label(small: Path) -> None:
    path = small / hook.FOLDER / "Small.v"
    path.write_text(SMALL + SMALL.replace("small (", "other ("))
    with pytest.raises(hook.ProofError, match="two theorems"):
        hook.statements(small)
    write_chapter(small, "Small\n\nFor all $n$.\n")
    with pytest.raises(hook.ProofError, match="without a label"):
        hook.boxes(small)


def test_author_compares_and_agrees(
    small: Path, workshop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hook.checked(small) == {}
    proofs.agree(["thm-small"], small)
    assert list(hook.checked(small)) == ["thm-small"]
    assert hook.noted(small)["theorems"]["thm-small"]["axioms"] == []
    proofs.compare(small)
    assert "Nothing has changed" in capsys.readouterr().out

    write_chapter(small, BOX.replace("all $n$", "some $n$"))
    proofs.compare(small)
    said = capsys.readouterr().out
    assert "- all\n" in said
    assert "+ some\n" in said
    assert hook.checked(small) == {}
    proofs.agree([], small)  # Coq has checked again; nobody has compared
    assert hook.changed(small) == ["thm-small"]
    proofs.agree(["thm-small"], small)
    assert list(hook.checked(small)) == ["thm-small"]


def test_only_what_is_there_can_be_agreed_on(small: Path) -> None:
    with pytest.raises(SystemExit, match="thm-large"):
        proofs.agree(["thm-large"], small)


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("Axiom easy : forall n : nat, n + n = n + n.", "rests on .*easy"),
        ("Lemma easy : forall n : nat, n + n = n + n. Admitted.", "rests on .*easy"),
        ("Lemma easy : forall n : nat, n + n = n. Proof. reflexivity. Qed.", "Coq refuses"),
    ],
)
def test_axioms_and_gaps_are_refused(
    sentence: str, message: str, small: Path, workshop: Path
) -> None:
    path = small / hook.FOLDER / "Small.v"
    text = SMALL.replace("(*@", sentence + "\n\n(*@").replace(
        "reflexivity.\nQed", "apply easy.\nQed"
    )
    path.write_text(text)
    with pytest.raises(hook.ProofError, match=message):
        proofs.check(small)


def test_assumptions_are_read_as_coq_prints_them() -> None:
    said = (
        "Closed under the global context\nAxioms:\nb.two\n  : forall P : Prop, P\n"
        "a.one : forall x : nat,\n          x = x\nClosed under the global context\n"
    )
    assert proofs.assumptions(said) == [[], ["a.one", "b.two"], []]


# --- the pages ------------------------------------------------------------------------------


def note_without_coq(root: Path) -> None:
    """Note what `agree` would note, without asking Coq."""
    (theorem,) = hook.statements(root).values()
    digest = hook.digest(hook.boxes(root)["thm-small"], theorem)
    proofs.write_digest(root / hook.FOLDER / "Small.v", "thm-small", digest)
    note = {
        "coq": "8.0",
        "sources": hook.source_digest(root),
        "theorems": {"thm-small": {"axioms": ["Classical_Prop.classic"]}},
    }
    (root / hook.FOLDER / hook.NOTE).write_text(json.dumps(note))


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A tiny book that has this chapter, and a page with the list."""
    book = Book(tmp_path)
    write_small(book.source)
    book.configure("extensions.insert(1, 'sphinx_proof')\nnumfig = True")
    book.write(index="# A\n\n```{toctree}\nchapters/a\n```\n\n```{book-proofs}\n```\n")
    return book


def test_box_shows_the_statement_of_the_file(book: Book) -> None:
    note_without_coq(book.source)
    assert book.build() == ""
    page = book.page("chapters/a")
    (fold,) = page.select("#thm-small details.formal")
    assert fold.summary is not None
    assert fold.summary.get_text() == hook.SUMMARY
    (code,) = fold.select("pre")
    assert code.get_text().strip() == "Theorem small (n : nat) : twice n = twice n."
    assert "proofs/Small.v" in fold.get_text()


def test_box_without_checked_statement_has_no_fold(book: Book) -> None:
    note_without_coq(book.source)
    write_chapter(book.source, BOX.replace("all $n$", "some $n$"))
    assert book.build() == ""
    assert book.page("chapters/a").select("#thm-small")
    assert not book.page("chapters/a").select("details.formal")
    said = book.page().get_text()
    assert "of 0 of the book’s 1 theorems" in said
    assert "changed since it was last compared" in said


def test_list_names_theorems_axioms_and_gaps(book: Book) -> None:
    note_without_coq(book.source)
    assert book.build() == ""
    page = book.page()
    assert "Coq 8.0 has checked the proofs of 1 of the book’s 1 theorems" in page.get_text()
    cells = [cell.get_text().strip() for cell in page.select("tbody td")]
    assert cells == ["small", "Small.v", "4"]
    (link,) = page.select("tbody a")
    assert str(link["href"]).endswith("#thm-small")
    assert page.select("ol li")[3].get_text().strip().startswith("Classical_Prop.classic")
    report = hook.report(book.source)
    assert not [line for line in report if line.startswith("Not checked")]
    note = book.source / hook.FOLDER / "Small.v"
    note.write_text(note.read_text().replace("if:   n", "if:   m"))
    assert "Not checked: {prf:ref}`thm-small`" in hook.report(book.source)[-1]
