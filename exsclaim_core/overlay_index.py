"""One HTML page that shows the overlay pages of all documents in a results' folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from exsclaim_core.result_names import OVERLAY, write_whole
from exsclaim_core.results import Record, read_record

INDEX = f"{OVERLAY}/index.html"

# No resources from elsewhere: the page is looked at where there is no network, and sent along with the results.
HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What was found</title>
<style>
  body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #222 }
  nav { columns: 18rem; margin-bottom: 2rem }
  nav a { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  a { color: #0a4fa0; text-decoration: none }
  h2 { font-size: 1.15rem; margin: 2.5rem 0 0.2rem; border-top: 1px solid #ccc; padding-top: 1rem }
  p { margin: 0.2rem 0 0.8rem; color: #555 }
  .error { color: #a01020 }
  .pages { display: flex; flex-wrap: wrap; gap: 1rem }
  figure { margin: 0; width: 24rem; max-width: 100% }
  img { width: 100%; border: 1px solid #ccc }
</style>
"""


def write_index(folder: Path) -> None:
    """Write the page over all documents of the folder that have overlay pages or errors."""
    records = [(file.stem, read_record(file)) for file in sorted(folder.glob("*.json"))]
    shown = [(name, record) for name, record in records if record and (record["overlay"] or record["errors"])]
    write_whole(folder / INDEX, "".join(_lines(shown)).encode(errors="replace"))


def _lines(documents: list[tuple[str, Record]]) -> Iterable[str]:
    yield HEAD
    yield f"<h1>What was found in {len(documents)} document{'s' * (len(documents) != 1)}</h1>\n<nav>\n"
    for number, (name, _) in enumerate(documents):
        yield f'<a href="#d{number}">{escape(name)}</a>\n'
    yield "</nav>\n"
    for number, (name, record) in enumerate(documents):
        yield f'<h2 id="d{number}"><a href="../{quote(name)}.json">{escape(name)}</a></h2>\n'
        yield f"<p>{escape(_summary(record))}</p>\n"
        for error in record["errors"]:
            place = f"page {error['page']}: " if error["page"] else ""
            yield f'<p class="error">{escape(place + error["message"])}</p>\n'
        yield '<div class="pages">\n'
        for path in record["overlay"]:
            page = PurePosixPath(path).relative_to(OVERLAY)
            link, title = quote(str(page)), escape(page.stem.removeprefix(f"{name}-").replace("page", "page "))
            yield f'<figure><a href="{link}"><img src="{link}" loading="lazy" alt="{title}"></a>{title}</figure>\n'
        yield "</div>\n"


def _summary(record: Record) -> str:
    """ "12 pages, 5 figures, 2 tables, 1 caption without region"."""
    types = Counter(figure["type"] for figure in record["figures"])
    counts = {
        "page": record["pages"],
        "figure": types["Figure"],
        "table": types["Table"],
        "caption without region": len(record["captions_without_region"]),
    }
    return ", ".join(f"{count} {_plural(noun, count)}" for noun, count in counts.items() if count or noun == "page")


def _plural(noun: str, count: int) -> str:
    if count == 1:
        return noun
    first, space, rest = noun.partition(" ")
    return f"{first}s{space}{rest}"
