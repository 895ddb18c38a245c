"""Pages to read: one per submission for the student, one per written question for the marker.

Every text that a student wrote, and every text in general, passes through :func:`show`.
"""

import hashlib
import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .grade import Graded, cell_text, readable, write_text
from .rubric import Key, Mark, total
from .source import Assignment

STYLE = """\
:root { color-scheme: light dark }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.marks { float: right; font-weight: 600; margin-left: 1rem; text-indent: 0 }
ul { list-style: none; padding: 0; clear: right } li { clear: right }
li { margin: .5rem 0; padding-left: 1.6rem; text-indent: -1.6rem }
li p { margin: .1rem 0 0; text-indent: 0 } .note { border-left: .25rem solid #b8860b;
  padding: .2rem .8rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8886;
  padding: .8rem; border-radius: .3rem; font: inherit }
"""


def show(text: object) -> str:
    """Return any text as harmless HTML, unprintable characters written out."""
    lines = str(text).replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return html.escape("\n".join(_visible(line) for line in lines), quote=True)


def _visible(line: str) -> str:
    return "".join(char if char.isprintable() else readable(char) for char in line)


def page(title: str, body: Iterable[str]) -> str:
    """Return a whole page, which loads nothing and runs nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{show(title)}</title><style>
{STYLE}</style></head><body><main>
"""
    return head + "\n".join(body) + "\n</main></body></html>\n"


def points(number: float | None) -> str:
    """Return points as they are read: ``2``, ``0.5``, or a dash while they are open."""
    return "–" if number is None else f"{number:g}"


def file_name(graded: Graded) -> str:
    """Return a name for a page that no submission can choose, and none can share."""
    known = re.sub(r"[^A-Za-z0-9_-]+", "-", graded.student).strip("-")[:40]
    return f"{known or 'student'}-{hashlib.sha256(graded.file.encode()).hexdigest()[:10]}.html"


def student_page(assignment: Assignment, graded: Graded, marks: dict[Key, Mark]) -> str:
    """Return the feedback for one submission."""
    sums = total(assignment, graded, marks)
    body = [f"<h1>{show(assignment.title)}</h1>", f"<p>{show(graded.student)}</p>"]
    if sums.total is None:
        body.append(
            f"<p><strong>{points(sums.code)} points for code.</strong> The written answers are"
            f" not marked yet; the assignment has {points(assignment.total)} points.</p>"
        )
    else:
        body.append(
            f"<p><strong>{points(sums.total)} of {points(assignment.total)}.</strong></p>"
        )
    if graded.note:
        body.append(f'<p class="note">{show(graded.note)}</p>')
    body += _cells(graded)
    by_question: dict[str, list[dict[str, Any]]] = {}
    for one in graded.checks:
        by_question.setdefault(one["question"], []).append(one)
    for question, checks in by_question.items():
        body += _question(assignment, question, checks)
    for written in assignment.written:
        body += _written(graded, written, marks)
    return page(f"{assignment.title}: {graded.student}", body)


def _cells(graded: Graded) -> list[str]:
    if not graded.cells:
        return []
    lines = ["<h2>Cells that did not run</h2>", "<p>The rest was graded all the same.</p><ul>"]
    for one in graded.cells:
        line = f", line {one['line']}" if one["line"] else ""
        where = f"Cell {one['cell'] + 1}{line}"
        lines.append(f"<li>✗ {where}: {show(one['kind'])}<p>{show(one['message'])}</p></li>")
    return [*lines, "</ul>"]


def _question(assignment: Assignment, question: str, checks: list[dict[str, Any]]) -> list[str]:
    got = sum(one["points"] for one in checks)
    most = sum(one["most"] for one in checks if not one["bonus"])
    title = assignment.question_title(question)
    heading = f"Question {question}{': ' if title else ''}{title}"
    lines = [
        f'<h2><span class="marks">{points(got)} of {points(most)}</span> {show(heading)}</h2>',
        "<ul>",
    ]
    for one in checks:
        worth = f"{points(one['points'])} of {points(one['most'])}"
        extra = " (bonus)" if one["bonus"] else ""
        sign = "✓" if one["passed"] else "✗"
        text = "" if one["passed"] else f"<p>{show(one['message'])}</p>"
        marks = f'<span class="marks">{worth}</span>'
        lines.append(f"<li>{marks}{sign} {show(one['title'])}{extra}{text}</li>")
    return [*lines, "</ul>"]


def _written(graded: Graded, written: Any, marks: dict[Key, Mark]) -> list[str]:
    given = {
        line.id: marks.get((cell_text(graded.file), written.question, line.id), Mark())
        for line in written.criteria
    }
    numbers = [mark.points for mark in given.values() if mark.points is not None]
    got = sum(numbers) if len(numbers) == len(given) else None
    most = sum(line.points for line in written.criteria)
    heading = show(f"Question {written.question}: {written.title}")
    lines = [f'<h2><span class="marks">{points(got)} of {points(most)}</span> {heading}</h2>']
    lines.append(_answer(graded, written.question))
    lines.append("<ul>")
    for line in written.criteria:
        mark = given[line.id]
        worth = f"{points(mark.points)} of {points(line.points)}"
        comment = f"<p>{show(mark.comment)}</p>" if mark.comment else ""
        lines.append(f'<li><span class="marks">{worth}</span>{show(line.text)}{comment}</li>')
    return [*lines, "</ul>"]


def _answer(graded: Graded, question: str) -> str:
    text = graded.answers.get(question, "")
    return f"<pre>{show(text)}</pre>" if text else "<p><em>No answer was found.</em></p>"


def write_pages(
    out: Path, assignment: Assignment, graded: list[Graded], marks: dict[Key, Mark]
) -> None:
    """Write the feedback pages and remove those of earlier runs that belong to nobody now."""
    pages = {file_name(one): student_page(assignment, one, marks) for one in graded}
    folder = out / "feedback"
    for name, text in pages.items():
        write_text(folder / name, text)
    for old in folder.glob("*-??????????.html"):
        if old.name not in pages:
            old.unlink()


def write_answers(out: Path, assignment: Assignment, graded: list[Graded]) -> None:
    """Write one page per written question with the answers of all."""
    for written in assignment.written:
        body = [f"<h1>{show(f'Question {written.question}: {written.title}')}</h1>", "<ul>"]
        body += [
            f'<li><span class="marks">{points(line.points)}</span>{show(line.text)}</li>'
            for line in written.criteria
        ]
        body.append("</ul>")
        for one in graded:
            body += [f"<h2>{show(one.student)}</h2>", f"<p>{show(one.file)}</p>"]
            body.append(_answer(one, written.question))
        safe = re.sub(r"[^A-Za-z0-9_-]+", "-", written.question)
        write_text(out / f"answers-{safe}.html", page(f"Question {written.question}", body))
