"""What answers of interfaces have in common: their addresses, and values of JSON that may be anything."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from exsclaim_core.harvest.markup import squeezed

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>]+")
HTTP = ("http://", "https://")

_ATTRIBUTE = r"""\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*')"""
_TAG = re.compile(rf"</?(?:[A-Za-z][\w-]*:)?(?P<name>[A-Za-z][\w.-]*)(?:{_ATTRIBUTE})*\s*/?>")
_HEADING = re.compile(r"\s*<(?P<name>(?:\w+:)?title|h\d)>\s*(?:abstract|summary)\s*[.:]?\s*</(?P=name)\s*>", re.I)
_MATHML = re.compile(r"<(?:\w+:)?math[\s>]")
# Beside MathML, the same formula in LaTeX says it twice.
_LATEX = re.compile(r"<(?P<name>(?:\w+:)?(?:tex-math|annotation))(?:\s[^<>]*)?>[^<]*</(?P=name)\s*>")
_BLOCKS = frozenset(
    ("p", "sec", "title", "list", "list-item", "label", "br", "break", "div", "disp-formula", "li", "ul", "ol", "h1")
)


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in these bytes; an empty one where they hold none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def text_of(value: object) -> str:
    """A JSON string, or the first one of a list, with single blanks; "" for anything else."""
    for text in value if isinstance(value, list) else [value]:
        # JSON can spell halves of characters, which no file can hold.
        if isinstance(text, str) and (clean := squeezed(text.encode(errors="replace").decode())):
            return clean
    return ""


def doi_in(text: str) -> str:
    """The first DOI in a text, in lower case and without a resolver; "" where there is none."""
    match = _DOI.search(text)
    return match[0].rstrip(".,;").lower() if match else ""


def entries(value: object) -> list[dict[str, Any]]:
    """The objects in a JSON list, or a single object as a list of one; what else is in it is left out."""
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict)]


def without_tags(text: str) -> str:
    """A text of XML or HTML elements as plain text, without the heading "Abstract"; signs for "less" stay."""
    text = _HEADING.sub(" ", text, count=1) if _HEADING.match(text) else text
    if _MATHML.search(text):
        text = _LATEX.sub("", text)
    return squeezed(html.unescape(_TAG.sub(lambda tag: " " if tag["name"].lower() in _BLOCKS else "", text)))


def host_of(url: str) -> str:
    """The host of an address of the web; "" of anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def parameters_of(url: str) -> dict[str, str]:
    """The query of an address; empty where it cannot be read."""
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}


def with_parameters(url: str, **values: str | None) -> str:
    """The address with these parameters in its query instead of others of their names; None takes one away.

    "" for what is no address of the web: a file that was saved knows of no next page.
    """
    if not url.startswith(HTTP):
        return ""
    try:
        parts = urlsplit(url)
        query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in values]
        query += [(name, value) for name, value in values.items() if value is not None]
        return urlunsplit(parts._replace(query=urlencode(query)))
    except ValueError:
        return ""


def whole_number(text: object) -> int | None:
    """A count, which some answers spell as a string; None for anything else."""
    return int(str(text)) if re.fullmatch(r"\d{1,15}", str(text)) else None
