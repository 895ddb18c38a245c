"""Every claim that the book makes has a proof: a cell whose output shows it, or a test."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tools.outputs import ROOT, notebooks

CLAIMS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "claims.toml").read_text(encoding="utf-8")
)["claim"]


@cache
def _proofs() -> dict[tuple[str, str], str]:
    """Map (page, claim) to the text that the proving cells print."""
    proofs: dict[tuple[str, str], str] = {}
    for path in notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            printed = "".join(
                output.get("text") or output.get("data", {}).get("text/plain", "")
                for output in cell.get("outputs", [])
            )
            for claim in cell.metadata.get("proves", []):
                key = (path.stem, claim)
                proofs[key] = proofs.get(key, "") + printed
    return proofs


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: f"{c['id']}-{c['chapter']}")
def test_claim_has_a_proof(claim: dict[str, Any]) -> None:
    assert len(claim["says"].split()) > 3
    if "test" in claim:
        file, name = claim["test"].split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        assert name in functions, f"{claim['test']} does not exist"
    else:
        printed = _proofs().get((claim["chapter"], claim["id"]))
        assert printed, f"no cell of {claim['chapter']} proves {claim['id']}"
        assert claim["shows"], "a proof shows something"
        for text in claim["shows"]:
            assert text in printed, f"the proof of {claim['id']} does not show {text!r}"


def test_every_proof_belongs_to_a_claim() -> None:
    listed = {(claim["chapter"], claim["id"]) for claim in CLAIMS}
    assert set(_proofs()) <= listed


def test_ids_occur_once_a_chapter_and_are_well_formed() -> None:
    keys = [(claim["chapter"], claim["id"]) for claim in CLAIMS]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[A-Z]\d+", claim["id"]) for claim in CLAIMS)


def test_chapters_of_claims_exist() -> None:
    stems = {path.stem for path in notebooks()}
    assert {claim["chapter"] for claim in CLAIMS} <= stems
    assert Path(ROOT / "tests" / "claims.toml").exists()
