"""Texts out of elements with their markup: what is in the spans, and that nothing else happens to the text."""

from __future__ import annotations

from html import escape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from exsclaim_core.harvest.markup import join_pieces, joined, marked_text, plain_text, squeezed
from exsclaim_core.harvest.records import MarkedText, Markup

INVISIBLE = "\u200b\ufeff\u00ad"


def marked(source: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of a piece of HTML, and what of it is marked, with its kind."""
    found = marked_text(html.fragment_fromstring(source, create_parent="div"))
    return found.text, [(found.text[span.start : span.end], span.kind) for span in found.markup]


class TestMarkup:
    @pytest.mark.parametrize(
        ("source", "text", "spans"),
        [
            ("<b>a</b>, Rods", "a, Rods", [("a", "bold")]),
            ("<strong>a</strong> <em>d</em>", "a d", [("a", "bold"), ("d", "italic")]),
            ("Fe<sub>2</sub>O, m<sup>−2</sup>", "Fe2O, m−2", [("2", "subscript"), ("−2", "superscript")]),
            ("<b> a </b>Rods", "a Rods", [("a", "bold")]),
            ("<b>a<i>b</i></b>", "ab", [("ab", "bold"), ("b", "italic")]),
            ("<b>a</b><strong>b</strong>", "ab", [("ab", "bold")]),
            ("<b>a</b> <b>b</b>", "a b", [("a", "bold"), ("b", "bold")]),
            ("<b> </b>Rods", "Rods", []),
            ('<span class="big Bold">a</span>', "a", [("a", "bold")]),
            ('<span class="bolder">a</span>', "a", []),
            ("<b>a<br>b</b>", "a b", [("a b", "bold")]),
            ("un<b>broken</b>", "unbroken", [("broken", "bold")]),
        ],
    )
    def test_kinds(self, source: str, text: str, spans: list[tuple[str, str]]) -> None:
        assert marked(source) == (text, spans)

    def test_elements_of_jats(self) -> None:
        source = '<p xmlns:m="urn:m"><bold>a</bold> of <italic>d</italic><m:sub>2</m:sub></p>'
        assert marked_text(etree.fromstring(source)) == MarkedText(
            "a of d2", (Markup(0, 1, "bold"), Markup(5, 6, "italic"), Markup(6, 7, "subscript"))
        )


class TestText:
    @pytest.mark.parametrize(
        ("source", "text"),
        [
            ("a\n  b\u00a0\tc", "a b c"),
            ("one<br>two<p>three</p>four", "one two three four"),
            ("shy\u00adhy\u200bphens", "shyhyphens"),
            ("a<script>x()</script>b<!-- note -->c<style>y</style>", "abc"),
            ("<math><mi>x</mi><annotation>\\x</annotation></math>", "x"),
            ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ],
    )
    def test_blanks_and_what_is_not_shown(self, source: str, text: str) -> None:
        assert marked(source) == (text, [])

    def test_elements_stand_apart_from_each_other(self) -> None:
        first, second = html.fragments_fromstring("<span>one</span><span>two</span>")
        assert plain_text(first, second) == "one two"

    def test_text_behind_the_element_is_none_of_it(self) -> None:
        assert plain_text(html.fragment_fromstring("<div><b>a</b> tail</div>")[0]) == "a"

    def test_what_is_to_be_dropped_goes_with_all_that_is_in_it_but_not_behind_it(self) -> None:
        element = html.fragment_fromstring("<div>Fig. 1 <a>View <b>larger</b></a> Rods.</div>")
        assert plain_text(element, drop=lambda each: each.tag == "a") == "Fig. 1 Rods."

    def test_tags_that_nobody_closes(self) -> None:
        # Each lies in the one before, deeper than Python calls itself.
        element = inner = etree.Element("p")
        for _ in range(5000):
            inner = etree.SubElement(inner, "i")
            inner.text = "x "
        assert marked_text(element) == MarkedText(("x " * 5000).strip(), (Markup(0, 9999, "italic"),))


def test_joined_texts_keep_their_markup() -> None:
    label, title = MarkedText("Fig. 1", (Markup(0, 6, "bold"),)), MarkedText("d = 2", (Markup(0, 1, "italic"),))
    assert joined(label, MarkedText(""), title) == MarkedText(
        "Fig. 1 d = 2", (Markup(0, 6, "bold"), Markup(7, 8, "italic"))
    )
    assert joined(label, title, between=" | ").markup[1] == Markup(9, 10, "italic")


TEXTS = st.text("ab. \n\t\u00a0\u2009é" + INVISIBLE, max_size=6)
LEAVES = st.builds(escape, TEXTS)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(("b", "i", "sup", "sub", "span", "em", "u", "a", "td", "br-like", "bold")),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(TREES)
def test_without_blanks_the_text_is_that_of_the_element(source: str) -> None:
    element = etree.fromstring(f"<x>{source}</x>")
    found = marked_text(element)
    shown = "".join(character for character in "".join(element.itertext()) if character not in INVISIBLE)
    assert "".join(found.text.split()) == "".join(shown.split())
    assert found.text == squeezed(found.text) == plain_text(element)


@given(TREES)
def test_spans_lie_inside_the_text_and_hold_what_is_marked(source: str) -> None:
    found = marked_text(etree.fromstring(f"<x>{source}</x>"))
    for span in found.markup:
        assert 0 <= span.start < span.end <= len(found.text)
        stretch = found.text[span.start : span.end]
        assert stretch == stretch.strip()
    assert list(found.markup) == sorted(found.markup, key=lambda span: (span.start, span.end, span.kind))
    for kind in ("bold", "italic", "superscript", "subscript"):
        own = [span for span in found.markup if span.kind == kind]
        assert all(first.end < second.start for first, second in pairwise(own))


@given(st.lists(TEXTS))
def test_pieces_join_as_their_texts_do(texts: list[str]) -> None:
    nothing = frozenset[str]()
    assert join_pieces([(text, nothing) for text in texts]) == MarkedText(squeezed("".join(texts)))  # type: ignore[misc]
