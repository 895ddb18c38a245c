"""The site's hooks, as one Sphinx extension. `STEPS` says what happens when, and why then.

Each module does one thing and knows nothing of this table. CONTRIBUTING.md says what breaks
without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes  # type: ignore[import-untyped]
from myst_nb.sphinx_ import (  # type: ignore[import-untyped]
    HideCodeCellNode,
    depart_HideCellInput,
)

from _ext import (
    downloads,
    equations,
    explorers,
    figures,
    font,
    layout,
    markup,
    moved,
    numbers,
    onepage,
    proofs,
    quiz,
    screen_readers,
    spaces,
    status,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# What Sphinx calls "transforms" run on a page when it is read, "post-transforms" when it is
# written; all other moments are events of Sphinx. Smaller numbers come first.
READ, WRITE = "a page has been read", "a page is about to be written"
FILL, FINISH = "html-page-context", "build-finished"


class Step(NamedTuple):
    """When something happens, what it is, and why then."""

    when: str
    priority: int
    what: Any
    why: str


STEPS = [
    Step("config-inited", 500, layout.take_address, "before anything asks for the address"),
    # --- once for each page that changed
    Step(READ, 800, equations.ConvertMath, "before MyST looks up the ids announced here (879)"),
    # --- once, when all have been read
    Step("env-updated", 500, font.write_style, "the font needs the characters of all pages"),
    Step("env-get-updated", 900, numbers.number_chapters, "after Sphinx has counted (500)"),
    # --- for each page
    Step(WRITE, 2, explorers.LiveExplorers, "before they would be taken for ordinary figures"),
    Step(WRITE, 3, figures.InlineFigures, "before MyST-NB keeps one form of each output (4)"),
    Step(WRITE, 15, moved.LeadOn, "it adds words and links that later steps look at"),
    Step(WRITE, 20, equations.NameReferences, "after links are resolved (10)"),
    Step(WRITE, 130, proofs.AddFolds, "before anything looks at how boxes end"),
    Step(WRITE, 140, equations.TieFormulas, "before quizzes take their paragraphs apart"),
    Step(WRITE, 150, quiz.MakeQuizzes, "links are resolved (10), folds not yet HTML (199)"),
    Step(WRITE, 160, onepage.AnswersLast, "quizzes are made, folds not yet HTML (199)"),
    Step(WRITE, 160, onepage.NameFiles, "after links are resolved (10)"),
    Step(WRITE, 890, onepage.SeparateIds, "before ids that occur twice are dropped"),
    Step(WRITE, 900, markup.DropRepeatedIds, "when nothing makes ids any more"),
    Step(WRITE, 900, spaces.KeepNumbers, "links have their words, and quizzes have been read"),
    Step(WRITE, 910, screen_readers.DescribeStructure, "ids are final: names are made of them"),
    # --- for each page, when its text is HTML
    Step(FILL, 500, markup.keep_one_viewport, "the template has one"),
    Step(FILL, 500, layout.fill, "lists, description and addresses around the text"),
    Step(FILL, 500, onepage.tell_version, "for the cover"),
    Step(FILL, 500, downloads.offer, "what this page has for downloading"),
    # --- once
    Step("html-collect-pages", 500, layout.not_found, "a page without an author"),
    Step(FINISH, 500, explorers.write_vega, "a file that no page holds"),
    Step(FINISH, 500, layout.write_sitemap, "all pages are known"),
    Step(FINISH, 500, downloads.write_archives, "titles are known"),
]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register everything. The extension comes after myst_nb, whose nodes it writes."""
    for when, priority, what, _why in STEPS:
        if when in (READ, WRITE):
            what.default_priority = priority
            (app.add_transform if when == READ else app.add_post_transform)(what)
        else:
            app.connect(when, what, priority=priority)
    register_markup(app)
    explorers.let_charts_pass()
    app.add_domain(equations.EquationDomain)
    app.add_directive("book-status", status.BookStatus)
    app.add_directive("book-proofs", proofs.BookProofs)
    for name, default in layout.SETTINGS.items():
        app.add_config_value(name, default, "html")
    # Jupyter Book always sets this option, which belongs to sphinx_comments. That extension
    # is left out; without a taker for its option the build would end with a warning.
    app.add_config_value("comments_config", {}, "html")
    return {
        "version": "1.0",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def register_markup(app: Sphinx) -> None:
    """Say how nodes are written, where Sphinx and docutils do not know or do otherwise."""
    app.add_html_math_renderer(
        "mathml", (equations.visit_inline, None), (equations.visit_display, None)
    )
    for builder in ("html", "singlehtml"):
        app.set_translator(builder, screen_readers.Translator)
    app.add_node(figures.Description, html=(figures.visit_description, None))
    app.add_node(quiz.Html, html=(quiz.visit_html, quiz.depart_html))
    rewritten = {
        HideCodeCellNode: (screen_readers.visit_hidden_cell, depart_HideCellInput),
        nodes.table: (markup.visit_table, markup.depart_table),
        nodes.citation: (screen_readers.visit_citation, screen_readers.depart_citation),
    }
    for node, writers in rewritten.items():
        app.add_node(node, override=True, html=writers)
