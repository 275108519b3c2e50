"""Saved pages of real publishers, read and compared: `python -m tests.bench.saved_pages`.

Reads ../shared/web with `exsclaim harvest --files`. Its manifest.jsonl says what another program has read in the pages,
and has faults of its own; those that are known are told by general rules, and everything else counts against us. What
it doesn't know, the links of searches and the figures of JATS XML, is counted here in another way.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.bench.figures import EXSCLAIM
from tests.bench.measuring import measure

WEB = Path(__file__).parents[3] / "shared" / "web"
FAMILIES = ("nature", "acs", "rsc")
MOST_SHOWN = 3  # of what is wrong
Record = dict[str, Any]  # a line of a result, of the manifest, or a figure of one

# What stands below a caption and is none of it.
_FURNITURE = re.compile(
    r"(?:\s*(?:High resolution image and legend|Full size image|View in article)(?:\s*\(\d+\s*[KM]B?\))?)+\s*$"
)
_LABEL = re.compile(
    r"(?P<before>Extended Data )?(?P<kind>Fig(?:ure|\.)?|Scheme|Chart|Plate)\s*(?P<number>S?\d+[A-Za-z]?)\b", re.I
)
_ARTICLE_LINKS = {
    "nature": re.compile(r'href="[^"]*/articles/([^"/?#]+)"'),
    "rsc": re.compile(r'href="[^"]*/articlelanding/(?:[^"/?#]+/)*([^"/?#]+)"', re.I),
}
_ENDING = re.compile(r"\.(?:jpe?g|png|gif|tiff?)$")
_XLINK = "{http://www.w3.org/1999/xlink}href"


def main() -> int:
    if not WEB.is_dir():
        print(f"{WEB} is absent: no saved pages to read. The tests do without it (make test).")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "articles.jsonl"
        folders = [str(path) for path in sorted(WEB.iterdir()) if path.is_dir()]
        cost = measure([EXSCLAIM, "harvest", "--files", *folders, "--output", str(lines)])
        read = {os.path.relpath(record["path"], WEB): record for record in _lines(lines)}
    manifest = list(_lines(WEB / "manifest.jsonl"))
    kinds = Counter(record["kind"] for record in read.values())
    print(
        f"saved pages: {len(read)} files, {cost.wall:.1f} s, {cost.cpu:.1f} CPU s, {1000 * cost.cpu / len(read):.0f} ms"
        f" a file, {cost.memory / 1e6:.0f} MB: " + ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    )
    _print(
        "exceptions (target none)",
        [f"{path}: {r['reason']}" for path, r in read.items() if "can't be read" in r["reason"]],
    )
    _print_figures(read, manifest)
    _print_searches(read, manifest)
    guarded = [entry["path"] for entry in manifest if entry["kind"].startswith("blocked")]
    wrong = [path for path in guarded if read[path]["kind"] != "blocked"]
    wrong += [path for path, r in read.items() if r["kind"] == "blocked" and path not in guarded]
    _print(f"challenge pages, {len(guarded)} (target all)", wrong)
    _print_jats(read)
    return 0


def _print(what: str, wrong: list[str]) -> None:
    shown = "; ".join(wrong[:MOST_SHOWN]) + ("; …" if len(wrong) > MOST_SHOWN else "")
    print(f"  {what}: " + (f"{len(wrong)} wrong: {shown}" if wrong else "right"), flush=True)


def _lines(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


# Figures of Nature, ACS and RSC


def _print_figures(read: dict[str, Record], manifest: list[Record]) -> None:
    for family in FAMILIES:
        outcomes: Counter[str] = Counter()
        wrong: list[str] = []
        beyond = 0
        for entry in manifest:
            if entry["publisher"] == family and entry["figures"]:
                ours = [*read[entry["path"]]["figures"], *read[entry["path"]]["others"]]
                for figure in entry["figures"]:
                    outcome = _judge(figure, entry["figures"], ours)
                    outcomes[outcome] += 1
                    if outcome == "wrong":
                        wrong.append(f"{entry['path']}: {figure['caption'][:60]!r}")
                names = {_file(figure["img"]) for figure in entry["figures"]}
                beyond += sum(names.isdisjoint(_files(figure)) for figure in read[entry["path"]]["figures"])
        total = sum(outcomes.values())
        print(f"  figures of {family}: {total - len(wrong)} of {total} right, {beyond} more that the manifest misses")
        for outcome, number in outcomes.most_common():
            if outcome not in ("right", "wrong"):
                print(f"    {number} of them where the manifest {outcome}")
        if wrong:
            _print("label, file of the picture, caption without blanks (target 99 %)", wrong)


def _judge(figure: Record, others: list[Record], ours: list[Record]) -> str:
    """Whether a figure of the manifest is among ours: "right", "wrong", or what is wrong with the manifest's."""
    caption = _FURNITURE.sub("", figure["caption"])
    name = _file(figure["img"])
    same = [each for each in ours if name in _files(each)]
    for each in same:
        if _squeezed(each["caption"]) == _squeezed(caption) and _is_labelled(each, caption):
            return "right"
    for other in others:
        # A thumbnail for the list of figures, with the title alone.
        longer = _FURNITURE.sub("", other["caption"])
        if name == _file(other["img"]) and len(longer) > len(caption) and longer.startswith(caption):
            return "has the same figure again with its title alone"
    for each in same:
        if _is_within(_squeezed(caption), _squeezed(each["caption"])) and _is_labelled(each, each["caption"]):
            return "leaves out the title, and characters that are pictures"
    if "/__chars/" in figure["img"]:
        for each in ours:
            if _is_within(_squeezed(caption), _squeezed(each["caption"])) and _is_labelled(each, each["caption"]):
                return "names the picture of a character in place of the figure's"
    return "wrong"


def _is_labelled(figure: Record, caption: str) -> bool:
    """Whether a figure of ours has the label with which the caption begins."""
    match = _LABEL.match(caption)
    if match is None:
        return not figure["label"]
    kind = "" if match["kind"].lower().startswith("fig") else f"{match['kind'].capitalize()} "
    return bool(figure["label"] == f"{(match['before'] or '').title()}{kind}{match['number']}")


def _is_within(part: str, whole: str) -> bool:
    """Whether the characters of a text come in this order in another, which ends as it does."""
    rest = iter(whole)
    return bool(part) and part[-1] == whole[-1:] and all(character in rest for character in part)


def _file(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2].lower()


def _files(figure: Record) -> set[str]:
    """File names of a figure's picture in all its sizes."""
    return {_file(url) for url in figure["image_urls"]}


def _squeezed(text: str) -> str:
    return "".join(text.split())


# Searches


def _print_searches(read: dict[str, Record], manifest: list[Record]) -> None:
    wrong, links = [], 0
    pages = [entry for entry in manifest if entry["kind"] == "search"]
    for entry in pages:
        source = (WEB / entry["path"]).read_text(encoding="utf-8", errors="replace")
        there = {name.lower() for name in _ARTICLE_LINKS[entry["publisher"]].findall(source)}
        found = [_file(link) for link in read[entry["path"]]["links"]]
        links += len(there)
        if sorted(found) != sorted(there):
            wrong.append(f"{entry['path']}: {len(found)} links of {len(there)}")
    _print(f"links of {len(pages)} search pages, {links} (target all)", wrong)
    answers = {path: (WEB / path).read_bytes().count(b"<entry") for path in read if path.startswith("arxiv/atom/q_")}
    wrong = [path for path, number in answers.items() if len(read[path]["links"]) != number]
    _print(f"entries of {len(answers)} answers of arXiv, {sum(answers.values())}", wrong)


# JATS


def _print_jats(read: dict[str, Record]) -> None:
    """Figures and tables of JATS XML beside those that lxml finds by their element names alone."""
    parser = etree.XMLParser(resolve_entities=False, remove_comments=True, remove_pis=True)
    total, files = 0, 0
    wrong: list[str] = []
    for path, record in read.items():
        if not path.endswith("xml") or record["layout"] not in ("jats", "springer"):
            continue
        files += 1
        ours = {_letters(each["caption"]): each for each in (*record["figures"], *record["others"])}
        for element in etree.parse(str(WEB / path), parser).iter("fig", "table-wrap"):
            total += 1
            label, caption = "".join(element.xpath("string(label)")), _jats_caption(element)
            figure = ours.get(_letters(f"{label} {caption}"))
            if figure is None:
                wrong.append(f"{path}: no {label or caption[:40]}")
            elif not _letters(label).endswith(_letters(figure["label"])) or bool(label) != bool(figure["label"]):
                wrong.append(f"{path}: {label} is called {figure['label']!r}")
            elif not _has_pictures(element, figure):
                wrong.append(f"{path}: {label} has another picture")
    right = total - len(wrong)
    _print(f"figures and tables of {files} JATS files, {right} of {total} right (target 99 %)", wrong)


def _jats_caption(element: Any) -> str:
    parts = ["".join(each.itertext()) for each in element.xpath("caption/title | caption/p")]
    # Some publishers give each figure a DOI of its own, in a paragraph of the caption.
    return " ".join(part for part in parts if not re.match(r"\s*doi:\s*\S*10\.", part, re.I))


def _has_pictures(element: Any, figure: Record) -> bool:
    """Whether the element's pictures are those of the figure, as far as their names tell."""
    names = [_ENDING.sub("", _file(graphic.get(_XLINK, ""))) for graphic in element.iter("graphic")]
    urls = [url.lower() for url in figure["image_urls"]]
    # A table may consist of text, and be offered as a picture too.
    return any(name in url for name in names for url in urls) if names else not urls or figure["type"] == "Table"


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


if __name__ == "__main__":
    sys.exit(main())
