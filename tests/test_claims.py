"""Every claim that the book makes has a proof: a cell whose output shows it, or a test."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest

from tests.sidecar import PAGES, Claim, Page
from tools.outputs import ROOT

ALL = [(page, name) for page in PAGES for name in page.table("CLAIMS")]
BY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def proofs(page: Page) -> dict[str, str]:
    """Return what the proving cells of a page print, by claim."""
    found: dict[str, str] = {}
    for cell in nbformat.read(page.path, as_version=4).cells:
        printed = "".join(
            output.get("text") or output.get("data", {}).get("text/plain", "")
            for output in cell.get("outputs", [])
        )
        for claim in cell.metadata.get("proves", []):
            found[claim] = found.get(claim, "") + printed
    return found


@pytest.mark.parametrize(("page", "name"), ALL, ids=[f"{p.name}:{name}" for p, name in ALL])
def test_claim_has_a_proof(page: Page, name: str) -> None:
    claim: Claim = page.table("CLAIMS")[name]
    place = f"claim {name} of {page.place}"
    assert len(claim.says.split()) > 3, f"{place} says nothing"
    if claim.test:
        file, function = claim.test.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        assert function in functions, f"{place}: {claim.test} does not exist"
        return
    assert claim.shows, f"{place}: say in `shows` what its proof prints"
    printed = proofs(page).get(name)
    assert printed, (
        f"{place} has no proof that prints something: give a cell of {page.path.name} the "
        f'metadata "proves": ["{name}"]'
    )
    for text in claim.shows:
        assert text in printed, f"the proof of {place} does not show {text!r}"


@BY_PAGE
def test_every_proof_belongs_to_a_claim(page: Page) -> None:
    left = set(proofs(page)) - set(page.table("CLAIMS"))
    assert not left, f"add {sorted(left)} to CLAIMS of {page.place}"


@BY_PAGE
def test_ids_are_well_formed(page: Page) -> None:
    assert all(re.fullmatch(r"[A-Z]\d+", name) for name in page.table("CLAIMS"))
