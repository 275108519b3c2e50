"""Papers whose tables are tested: drawn by hand where one thing matters, and in random styles."""

from __future__ import annotations

from functools import cache

from exsclaim_core.pdf.pages import Pages
from tests.drawing.pages import Paper
from tests.drawing.random_papers import random_paper
from tests.drawing.reading import read

PAPERS = [
    "empty page",
    "text",
    "plot",
    "sideways",
    "turned page",
    "article 1",
    "article 3",
    "report 11",
]


@cache
def drawn(name: str) -> Pages:
    """The pages of the paper of that name."""
    kind, _, seed = name.partition(" ")
    if seed.isdigit():
        return read(random_paper(int(seed), "article" if kind == "article" else "report")[0])
    paper = Paper().page(rotation=90 if name == "turned page" else 0)
    if name == "text":
        paper.body()
    elif name == "sideways":
        with paper.turned((80, 60, 540, 740)):
            paper.caption("Table 1. Grain size of the film against the temperature.", 0, 0, 680)
            paper.table((0, 24, 680, 400), rows=12, columns=5)
    elif name != "empty page":
        paper.body(lines=14)
        paper.plot((130, 280, 480, 480))
        paper.caption("Figure 1. Grain size against temperature for three films.", 54, 490, 504)
        paper.body(top=540, lines=14)
    return read(paper)
