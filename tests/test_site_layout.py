"""What stands around the text of a page, and the book on one page, in a tiny book."""

from __future__ import annotations

import os
import re
from xml.etree import ElementTree

import pytest

from _ext import layout
from tests.tiny_book import Book, markdown, one

SETTINGS = """
myst_heading_anchors = 2
author = "The authors"
book_description = "What is said of pages without an author."
"""
TOCTREE = "```{toctree}\n:caption: The part\nparts/one\nparts/two\n```\n"


@pytest.fixture
def book(book: Book) -> Book:
    """Return a tiny book of two chapters, with the layout of the site."""
    book.configure(SETTINGS)
    (book.source / "parts").mkdir()
    book.write(
        **{
            "index": f"# The book\n\nWhat it is about: $x$.\n\n{TOCTREE}",
            "parts/one": "# One\n\n## Exercises\n\nFirst. See [there](#exercises).\n",
            "parts/two": "# Two\n\n## Exercises\n\n"
            "[Here](#exercises), [there](one.md#exercises).\n",
        }
    )
    return book


def test_page_knows_its_place_in_the_book(book: Book) -> None:
    assert book.build() == ""
    page = book.page("parts/one")
    sidebar = one(page, "nav.book-sidebar")
    assert one(sidebar, "a.book-title").get_text() == "The book"
    assert one(sidebar, "p.part").get_text() == "The part"
    assert [a.get_text() for a in sidebar.select("ul a")] == ["One", "Two"]
    assert one(sidebar, "[aria-current]").get_text() == "One"
    assert [a.get_text() for a in page.select("nav.page-contents a")] == ["Exercises"]
    assert "The authors" in one(page, "footer.book-footer").get_text()
    assert "Two" in one(page, "nav.page-turn a[rel=next]").get_text()


def test_description_is_the_beginning_of_the_text(book: Book) -> None:
    assert book.build() == ""
    description = one(book.page(), "meta[name=description]")["content"]
    assert description == "What it is about: x."
    other = one(book.page("search"), "meta[name=description]")["content"]
    assert other == "What is said of pages without an author."


def test_style_ends_with_the_font_and_has_an_address_of_its_own(book: Book) -> None:
    sheet = book.source / "_static" / "book.css"
    addresses = set()
    for rule in ("a {}", "b {}"):
        sheet.write_text(rule)
        assert book.build() == ""
        style = (book.html / "_static" / "site.css").read_text()
        assert re.match(rf"{re.escape(rule)}\s.*@font-face", style, re.DOTALL)
        assert style.count("@font-face") == 1
        addresses.add(str(one(book.page("parts/one"), "link[rel=stylesheet]")["href"]))
        os.utime(book.source / "parts" / "one.md", (2e9 + len(addresses),) * 2)
    assert len(addresses) == 2
    assert all(address.startswith("../_static/site.css?v=") for address in addresses)


def test_address_makes_the_sitemap(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    assert book.build() == ""
    assert not (book.html / "sitemap.xml").exists()
    assert not book.page().select("link[rel=canonical], meta[property='og:url']")
    monkeypatch.setenv("BOOK_URL", "https://example.org/book")
    assert book.build() == ""
    found = ElementTree.parse(book.html / "sitemap.xml").getroot()
    addresses = [location.text for location in found.iter(f"{{{layout.SITEMAP_NAMESPACE}}}loc")]
    base = "https://example.org/book/"
    assert addresses == [f"{base}{n}.html" for n in ("index", "parts/one", "parts/two")]
    assert (book.html / "robots.txt").read_text() == f"Sitemap: {base}sitemap.xml\n"
    page = book.page("parts/one")
    assert one(page, "link[rel=canonical]")["href"] == f"{base}parts/one.html"
    image = one(page, "meta[property='og:image']")["content"]
    assert image == f"{base}_static/preview.png"
    assert one(book.page("404"), "base")["href"] == base


def test_lost_page_knows_the_folders_of_the_book(book: Book) -> None:
    assert book.build() == ""
    assert '(["parts"])' in str(book.page("404"))


def test_notebook_is_offered_and_other_pages_are_not(book: Book) -> None:
    book.write(**{"parts/two": [markdown("# Two\n\nText.")]})
    (book.source / "parts" / "two.md").unlink()
    assert book.build() == ""
    links = [str(a["href"]) for a in book.page("parts/two").select(".bar-menu a")]
    assert links == [
        f"../{downloads}"
        for downloads in (
            "_downloads/notebooks/two.zip",
            "_downloads/notebooks/all-notebooks.zip",
        )
    ]
    assert all((book.html / "parts" / link).is_file() for link in links)
    assert "two.zip" not in str(book.page("parts/one"))


def test_one_page_keeps_ids_and_links_apart(book: Book) -> None:
    assert book.build(builder="singlehtml") == ""
    page = book.page()
    ids = [str(element["id"]) for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    texts = {a.get_text(): str(a["href"]).partition("#")[2] for a in page.select("p a[href]")}
    assert texts["Here"] == "parts-two-exercises"
    assert texts["there"] == "exercises"
    for anchor in texts.values():
        assert one(page, f"section#{anchor} > h3")


QUIZ = """
**Question 1.** Is it so?

- **A.** Yes.
- **B.** No.

```{dropdown} Answers to question 1
- **A is right.** It is.
- **B is wrong.** [Read on](#exercises).
```
"""


def test_answers_stand_at_the_end_of_their_chapter(book: Book) -> None:
    exercise = "## Exercises\n\nFirst.\n\n```{dropdown} Solution 1.1\nSo.\n```\n"
    code = {"cell_type": "code", "source": "1 + 1", "execution_count": 1, "outputs": []}
    cell = {**code, "metadata": {"tags": ["hide-cell"]}}
    end = markdown("## Summary\n\n```{dropdown} More\nText.\n```\n")
    (book.source / "parts" / "one.md").unlink()
    book.write(**{"parts/one": [markdown(f"# One\n{QUIZ}\n{exercise}"), cell, end]})
    first_quiz = QUIZ.replace("#exercises", "parts/one.ipynb")
    book.write(**{"index": f"# The book\n{first_quiz}\n{TOCTREE}", "parts/two": "# Two\n"})
    assert book.build(builder="singlehtml") == ""
    page = book.page()

    answers = one(page, "#parts-one-answers")
    assert answers.find_previous_sibling("section") == one(page, "#summary")
    folds = answers.select("details.sd-dropdown")
    titles = ["Answers to question\N{NO-BREAK SPACE}1", "Solution 1.1"]
    assert [one(fold, "summary").get_text(strip=True) for fold in folds] == titles
    assert one(answers, "div.tag_hide-cell").find_previous_sibling("details") == folds[1]
    assert one(page, "#summary details") not in folds  # it answers nothing
    for place, fold in zip(["form.quiz", "#exercises"], folds, strict=True):
        questions = page.select(f"{place} .to-answer a, {place} + * .to-answer a")
        assert f"#{fold['id']}" in [str(link["href"]) for link in questions]

    first = one(page, "#index-answers")
    assert one(first, "details")["id"] == "index-answers-to-question-1"
    assert first.find_next_sibling("div", class_="toctree-wrapper")

    assert book.build() == ""
    assert one(book.page("parts/one"), "form.quiz details")  # the website keeps its folds
    assert not book.page("parts/one").select(".to-answer")


def test_paper_has_no_links_to_files(book: Book) -> None:
    (book.source / "licence.txt").write_text("Yours.")
    book.write(
        **{"parts/one": "# One\n\n## Exercises\n\nAs in [`licence.txt`](../licence.txt)."}
    )
    assert book.build(builder="singlehtml") == ""
    paper = one(book.page(), "#exercises p")
    assert one(paper, "code").get_text() == "licence.txt"
    assert not paper.select("a")
    assert book.build() == ""
    assert one(book.page("parts/one"), "#exercises p a[download] code")


def test_printed_book_begins_with_cover_and_contents(book: Book) -> None:
    book.configure("html_title = 'The book: what it is about'")
    assert book.build(builder="singlehtml") == ""
    page = book.page()
    cover = one(page, "header.cover")
    assert one(cover, ".cover-title").get_text() == "The book"
    assert one(cover, ".cover-subtitle").get_text() == "What it is about"
    assert "The authors" in cover.get_text()
    assert cover.find_next_sibling() == one(page, "nav.book-contents")
    links = {a.get_text(): str(a["href"])[1:] for a in page.select(".book-contents a")}
    assert list(links) == ["The book", "One", "Two"]
    for title, anchor in links.items():
        target = page.find(id=anchor)
        assert target is not None
        assert title in (target.get_text() or target.find_next("section").get_text())
    assert book.build() == ""
    assert not book.page().select(".cover, .book-contents")


def test_table_stands_in_a_box_that_scrolls(book: Book) -> None:
    book.write(index=f"# A\n\nText.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{TOCTREE}")
    assert book.build() == ""
    assert one(book.page(), "div.table-box > table")


def test_heading_is_called_by_its_words(book: Book) -> None:
    assert book.build() == ""
    links = book.page("parts/one").select("a.headerlink")
    assert links
    for link in links:
        assert (link["aria-hidden"], link["tabindex"]) == ("true", "-1")
        assert str(link["href"]).startswith("#")
