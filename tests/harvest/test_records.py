"""Records of articles and figures, and their form in JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsclaim_core.harvest.records import Article, FigureRole, HarvestedFigure, Markup, MarkupKind

WORDS = st.text(max_size=8)
MARKUP = st.builds(Markup, st.integers(0, 5), st.integers(6, 9), st.sampled_from(get_args(MarkupKind)))
FIGURES = st.builds(
    HarvestedFigure,
    type=st.sampled_from(("Figure", "Table")),
    label=WORDS,
    caption=WORDS,
    markup=st.lists(MARKUP, max_size=2).map(tuple),
    image_urls=st.lists(WORDS, max_size=2).map(tuple),
    role=st.sampled_from(get_args(FigureRole)),
    mentions=st.lists(WORDS, max_size=2).map(tuple),
)
ARTICLES = st.builds(
    Article,
    doi=WORDS,
    title=WORDS,
    authors=st.lists(WORDS, max_size=2).map(tuple),
    redistribution=st.none() | st.booleans(),
    open=st.none() | st.booleans(),
    figures=st.lists(FIGURES, max_size=2).map(tuple),
)


@given(ARTICLES)
def test_article_is_the_same_after_json(article: Article) -> None:
    record = json.loads(json.dumps(article.to_dict()))
    assert Article.from_dict(record) == article
    assert set(record) == {field.name for field in fields(Article)}


@pytest.mark.parametrize(
    ("figure", "name"),
    [
        (HarvestedFigure("Figure", "3", ""), "Figure 3"),
        (HarvestedFigure("Table", "S1", ""), "Table S1"),
        (HarvestedFigure("Figure", "Scheme 2", ""), "Scheme 2"),
        (HarvestedFigure("Figure", "", ""), "Figure"),
    ],
)
def test_name(figure: HarvestedFigure, name: str) -> None:
    assert figure.name == name


def test_picture_at_its_highest_resolution() -> None:
    assert HarvestedFigure("Figure", "1", "", image_urls=("large", "small")).image_url == "large"
    assert HarvestedFigure("Figure", "1", "").image_url == ""
