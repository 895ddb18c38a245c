"""The autograder for Gradescope: the same checks, the same worker, in its containers.

A Gradescope container holds one submission and is thrown away. Where it forbids bubblewrap, the
student's code runs as a user without rights; then checks, solution and results are protected by
their file modes, and the network is not cut.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from .feedback import points
from .grade import Graded, grade_one, require_reference
from .jail import Jail, Limits
from .release import write_zip
from .source import Assignment
from .submissions import Submission, collect
from .tables import Refused

HERE = Path(__file__).resolve().parent
SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the container.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq bubblewrap
found=
for version in 3.14 3.13 3.12 3.11; do
  # A Python may be there without the package that venv needs, so both are asked for.
  apt-get install -y -qq "python$version" "python$version-venv" || true
  if "python$version" -c "import ensurepip, venv" 2>/dev/null; then found=$version; break; fi
done
if [ -z "$found" ]; then
  echo "No Python from 3.11 on with venv: choose Ubuntu 22.04 or later."
  exit 1
fi
"python$found" -m venv /opt/coursepack
/opt/coursepack/bin/python -m pip install --quiet {packages}
chmod -R a+rX /opt/coursepack
cd /autograder/source
chmod 700 /autograder/source
/opt/coursepack/bin/python -m assignments.coursepack gradescope-run {name} --reference-only
"""
RUN = """\
#!/usr/bin/env bash
# Runs for every submission.
cd /autograder/source
chmod 700 /autograder/source /autograder/submission /autograder/results
exec /opt/coursepack/bin/python -m assignments.coursepack gradescope-run {name}
"""


def build(assignment: Assignment, out: Path, numpy: str) -> Path:
    """Write the autograder's zip and return where it is."""
    assignment.validate()
    extra = [f"'{one}'" for one in assignment.description.get("packages", ())]
    words = {"name": assignment.name, "packages": " ".join([f"numpy=={numpy}", *extra])}
    files = {"setup.sh": SETUP.format(**words), "run_autograder": RUN.format(**words)}
    for path in sorted(HERE.glob("*.py")):
        files[f"assignments/coursepack/{path.name}"] = path.read_text(encoding="utf-8")
    for name in ("assignment.md", "checks.py", "rubric.toml"):
        text = (assignment.folder / name).read_text(encoding="utf-8")
        files[f"assignments/{assignment.name}/{name}"] = text
    path = out / f"{assignment.name}-gradescope.zip"
    write_zip(path, files, executable=("setup.sh", "run_autograder"))
    return path


def run(assignment: Assignment, jail: Jail, limits: Limits, root: Path) -> None:
    """Grade the one submission of a container and write its ``results.json``."""
    try:
        require_reference(assignment, jail, limits)
    except Refused:
        words = "The autograder is not ready. Your work was received; please tell the staff."
        write_results(root, {"score": 0, "output": words})
        raise
    folder = root / "submission"
    try:
        found = collect(folder)
    except Refused:
        found = [Submission("submission", folder / "none", "no notebook was handed in")]
    graded, _ = grade_one(found[0], assignment, jail, limits, folder)
    if len(found) > 1:
        graded.note = f"{len(found)} notebooks were handed in; this is about {graded.file}"
    write_results(root, report(assignment, graded))


def report(assignment: Assignment, graded: Graded) -> dict[str, Any]:
    """Return what Gradescope shows."""
    tests = []
    public = {check.name for check in assignment.checks if check.public}
    for number, one in enumerate(graded.checks, 1):
        most = 0 if one["bonus"] else one["most"]
        tests.append(
            {
                "number": str(number),
                "name": f"Question {one['question']}: {one['title']}",
                "score": one["points"],
                "max_score": most,
                "output": one["message"],
                "output_format": "text",
                # What a hidden check looks at becomes known when everybody has handed in.
                "visibility": "visible" if one["name"] in public else "after_due_date",
            }
        )
    lines = [graded.note] if graded.note else []
    for one in graded.cells:
        lines.append(f"Cell {one['cell'] + 1} did not run: {one['kind']}: “{one['message']}”")
    if assignment.written:
        most = sum(line.points for one in assignment.written for line in one.criteria)
        lines.append(
            f"{points(most)} more points are given by people, for the written answers."
        )
    return {"output": "\n".join(lines), "output_format": "text", "tests": tests}


def write_results(root: Path, report: dict[str, Any]) -> None:
    """Write the results where Gradescope looks for them, whatever lies there now."""
    folder = root / "results"
    target = folder / "results.json"
    folder.mkdir(exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    half = folder / ".results.half"
    half.unlink(missing_ok=True)
    half.write_text(json.dumps(report, ensure_ascii=True), encoding="utf-8")
    os.replace(half, target)
