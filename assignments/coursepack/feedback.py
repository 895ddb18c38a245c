"""Pages to read: one per submission for the student, one per written question for the marker.

Every text that a student wrote, and every text in general, passes through
:func:`.markdown.show`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from .grade import Graded, Writing, read_answers_file
from .markdown import can_show_formulas, render, show
from .notebook import Answer, Cell
from .rubric import Key, Mark, Standing, total
from .source import Assignment, Written, is_written, solution_lines
from .tables import cell_text, write_parts, write_text

__all__ = ["can_show_formulas", "show", "student_page", "write_answers", "write_pages"]
LARGEST_PAGE = 20 << 20  # of answers with photos: then another page begins
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
.answer { border-left: .25rem solid #8886; padding: .2rem .8rem; margin: .6rem 0;
  overflow: hidden; overflow-wrap: anywhere }
.typed { white-space: pre-wrap } .typed math[display=block] { margin: .3rem 0 }
img { max-width: 100%; display: block } details pre { font: .85rem/1.4 monospace }
h2, li, p { overflow-wrap: anywhere }
"""


def top(title: str) -> str:
    """Return the beginning of a page, which loads nothing and runs nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{show(title)}</title><style>
{STYLE}</style></head><body><main>
"""


BOTTOM = "\n</main></body></html>\n"


def points(number: float | None) -> str:
    """Return points as they are read: ``2``, ``0.5``, or a dash while they are open."""
    return "–" if number is None else f"{number:g}"


def secret(out: Path) -> bytes:
    """Return what names of pages are made of, so that nobody guesses a neighbour's."""
    path = out / ".page-names"
    if not path.is_file():
        write_text(path, secrets.token_hex(16))
    return path.read_bytes()


def file_name(graded: Graded, salt: bytes = b"") -> str:
    """Return a name for a page that no submission can choose, and none can share or guess."""
    known = re.sub(r"[^A-Za-z0-9_-]+", "-", graded.student).strip("-")[:40]
    mark = hmac.new(salt, graded.file.encode(), hashlib.sha256).hexdigest()[:16]
    return f"{known or 'student'}-{mark}.html"


def student_page(
    assignment: Assignment,
    graded: Graded,
    marks: dict[Key, Mark],
    writing: Writing | None = None,
    standing: Standing | None = None,
) -> str:
    """Return the feedback for one submission."""
    return "".join(_student_page(assignment, graded, marks, writing, standing))


def _student_page(
    assignment: Assignment,
    graded: Graded,
    marks: dict[Key, Mark],
    writing: Writing | None = None,
    standing: Standing | None = None,
) -> Iterator[str]:
    """Yield the feedback for one submission, which may be long."""
    standing = standing or Standing()
    writing = writing or Writing({}, [])
    sums = total(assignment, graded, marks, standing)
    name = standing.person.name if standing.person else graded.student
    body = [f"<h1>{show(assignment.title)}</h1>", f"<p>{show(name)}</p>"]
    if standing.instead:
        body.append("<p><strong>Another attempt counts instead of this one.</strong></p>")
    elif sums.total is None:
        body.append(
            f"<p><strong>{points(sums.code)} points for code.</strong> The written answers are"
            f" not marked yet; the assignment has {points(assignment.total)} points.</p>"
        )
    else:
        bonus = sum(line["points"] for line in graded.checks if line["bonus"])
        extra = f", {points(bonus)} of them as a bonus" if bonus else ""
        body.append(
            f"<p><strong>{points(sums.total)} of {points(assignment.total)}</strong>"
            f"{extra}.</p>"
        )
    if standing.lateness.days:
        kept = f"{100 * standing.lateness.factor:g} % of the points are left"
        body.append(f'<p class="note">{show(standing.lateness.note)}: {kept}.</p>')
    if graded.note:
        body.append(f'<p class="note">{show(graded.note)}</p>')
    body += _cells(graded)
    by_question: dict[str, list[dict[str, Any]]] = {}
    for line in graded.checks:
        by_question.setdefault(line["question"], []).append(line)
    for question, checks in by_question.items():
        body += _question(assignment, question, checks, standing)
    for written in assignment.written:
        body += _written(graded, written, marks, writing)
    yield top(f"{assignment.title}: {name}")
    for text in body:
        yield text + "\n"
    yield BOTTOM


def _cells(graded: Graded) -> list[str]:
    if not graded.cells:
        return []
    lines = ["<h2>Cells that did not run</h2>", "<p>The rest was graded all the same.</p><ul>"]
    for one in graded.cells:
        line = f", line {one['line']}" if one["line"] else ""
        where = f"Cell {one['cell'] + 1}{line}"
        lines.append(
            f"<li>✗ {where}: {show(one['kind'])}"
            + (f"<p>“{show(one['message'])}”</p></li>" if one["message"] else "</li>")
        )
    return [*lines, "</ul>"]


def _question(
    assignment: Assignment, question: str, checks: list[dict[str, Any]], standing: Standing
) -> list[str]:
    got = sum(line["points"] for line in checks)
    bonus = sum(line["most"] for line in checks if line["bonus"])
    change = standing.changed.get(question)
    got = change[0] if change else got
    most = sum(one["most"] for one in checks if not one["bonus"])
    title = assignment.question_title(question)
    heading = f"Question {question}{': ' if title else ''}{title}"
    lines = [
        f'<h2><span class="marks">{points(got)} of {points(most)}'
        f"{f' + {points(bonus)}' if bonus else ''}</span> {show(heading)}</h2>",
    ]
    if change:
        lines.append(f'<p class="note">Changed by a person: {show(change[1])}</p>')
    lines.append("<ul>")
    for one in checks:
        worth = f"{points(one['points'])} of {points(one['most'])}"
        extra = " (bonus)" if one["bonus"] else ""
        sign = "✓" if one["passed"] else "✗"
        text = "" if one["passed"] else f"<p>{show(one['message'])}</p>"
        marks = f'<span class="marks">{worth}</span>'
        lines.append(f"<li>{marks}{sign} {show(one['title'])}{extra}{text}</li>")
    return [*lines, "</ul>"]


def _written(
    graded: Graded, written: Written, marks: dict[Key, Mark], writing: Writing
) -> list[str]:
    given = {
        line.id: marks.get((cell_text(graded.file), written.question, line.id), Mark())
        for line in written.criteria
    }
    numbers = [mark.points for mark in given.values() if mark.points is not None]
    got = sum(numbers) if len(numbers) == len(given) else None
    most = sum(line.points for line in written.criteria)
    heading = show(f"Question {written.question}: {written.title}")
    lines = [f'<h2><span class="marks">{points(got)} of {points(most)}</span> {heading}</h2>']
    lines += _answer(writing.answers.get(written.question, Answer()))
    lines.append("<ul>")
    for line in written.criteria:
        mark = given[line.id]
        worth = f"{points(mark.points)} of {points(line.points)}"
        comment = f"<p>{show(mark.comment)}</p>" if mark.comment else ""
        lines.append(f'<li><span class="marks">{worth}</span>{show(line.text)}{comment}</li>')
    return [*lines, "</ul>"]


def _answer(answer: Answer) -> list[str]:
    if not answer.parts:
        return ["<p><em>No answer was found.</em></p>"]
    note = [f'<p class="note">{show(answer.note)}</p>'] if answer.note else []
    return [*note, *map(render, answer.parts)]


def write_pages(
    out: Path,
    assignment: Assignment,
    graded: Sequence[Graded],
    marks: dict[Key, Mark],
    standings: dict[str, Standing] | None = None,
) -> dict[str, Path]:
    """Write the feedback pages, and remove those of earlier runs that belong to nobody now.

    Returns the page of each submission by its key.
    """
    folder = out / "feedback"
    salt = secret(out)
    pages = {result.key or result.file: folder / file_name(result, salt) for result in graded}
    for result in graded:  # one at a time: a page may hold photos
        standing = (standings or {}).get(result.key)
        writing = read_answers_file(out, result.key)
        parts = _student_page(assignment, result, marks, writing, standing)
        write_parts(pages[result.key or result.file], parts)
    for old in folder.glob("*-????????????????.html"):
        if old not in pages.values():
            old.unlink()
    return pages


def write_answers(
    out: Path,
    assignment: Assignment,
    graded: Sequence[Graded],
    standings: dict[str, Standing] | None = None,
) -> list[Path]:
    """Write the pages for the marker: the answers of all to one question, with the model's.

    A page with many photos ends after some megabytes, and another one begins.
    """
    written_pages: list[Path] = []
    for written in assignment.written:
        safe = re.sub(r"[^A-Za-z0-9_-]+", "-", written.question)
        for old in out.glob(f"answers-{safe}*.html"):
            old.unlink()
        waiting = list(graded)
        number = 0
        while waiting or not number:
            number += 1
            path = out / f"answers-{safe}{f'-part-{number}' if number > 1 else ''}.html"
            half = path.with_name(f".{path.name}.half")
            with half.open("w", encoding="utf-8") as file:
                file.write(top(f"Question {written.question}"))
                file.write("\n".join(_question_head(assignment, written, number)))
                while waiting and file.tell() < LARGEST_PAGE:
                    _write_student(file, out, written, waiting.pop(0), standings or {})
                more = f"<p>{len(waiting)} more students are on the next page.</p>"
                file.write((more if waiting else "") + BOTTOM)
            half.replace(path)
            written_pages.append(path)
    return written_pages


def _question_head(assignment: Assignment, written: Written, number: int) -> list[str]:
    """Return the question's title, its criteria, and the model answer, folded."""
    title = f"Question {written.question}: {written.title}"
    lines = [f"<h1>{show(title)}{f', part {number}' if number > 1 else ''}</h1>", "<ul>"]
    lines += [
        f'<li><span class="marks">{points(line.points)}</span>{show(line.text)}</li>'
        for line in written.criteria
    ]
    lines.append("</ul>")
    for cell in assignment.cells:
        if is_written(cell) and str(cell.metadata.get("question")) == written.question:
            model = render(Cell("markdown", "\n".join(solution_lines(cell))))
            lines.append(f"<details><summary>The model answer</summary>{model}</details>")
    return lines


def _write_student(
    file: TextIO, out: Path, written: Written, result: Graded, standings: dict[str, Standing]
) -> None:
    """Write what one student wrote for one question."""
    standing = standings.get(result.key, Standing())
    name = standing.person.name if standing.person else result.student
    writing = read_answers_file(out, result.key)
    file.write(f"<section><h2>{show(name)}</h2><p>{show(result.file)}</p>\n")
    if result.note:
        file.write(f'<p class="note">{show(result.note)}</p>\n')
    file.write("\n".join(_answer(writing.answers.get(written.question, Answer()))))
    if writing.elsewhere:
        parts = "\n".join(map(render, writing.elsewhere))
        summary = "Text that stands elsewhere in the notebook"
        file.write(f"<details><summary>{summary}</summary>{parts}</details>")
    file.write("</section>\n")
