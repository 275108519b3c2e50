"""What a file is, told by its first bytes and not by what a server calls it."""

from __future__ import annotations

import re
from typing import Literal

ContentKind = Literal["pdf", "xml", "html", "json", "png", "jpg", "gif", "tif", "webp", "empty", "unknown"]
PICTURES: tuple[ContentKind, ...] = ("png", "jpg", "gif", "tif", "webp")

_MAGIC: tuple[tuple[bytes, ContentKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
)
_HEAD = 2048  # bytes in which a document says what it is
# Behind declarations and comments comes the type of the document or its first element: either says what it is.
# Possessive: a page of many comments would be tried with each way to take two of them for one.
_FIRST = re.compile(rb"(?:\s|<\?[^>]*>|(?><!--.*?-->))*+<(?:!doctype\s+)?(?P<name>[\w:.-]+)", re.I | re.S)
_HTML = re.compile(rb"<!doctype html|<(?:html|head|body)[\s>]", re.I)
_HTML_NAMES = frozenset(
    (b"html", b"head", b"body", b"meta", b"title", b"script", b"link", b"div", b"p", b"span", b"table", b"section")
)


def content_kind(body: bytes) -> ContentKind:
    """The kind of a file."""
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "webp"
    # Some servers put lines before the header of a PDF; readers look for it in the first kilobyte.
    if b"%PDF-" in body[:1024]:
        return "pdf"
    head = body[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", errors="replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").strip()
    if not head:
        return "empty"
    lower = head.lower()
    if first := _FIRST.match(head):
        return "html" if first["name"].lower() in _HTML_NAMES else "xml"
    if lower.startswith(b"<"):
        return "html" if _HTML.search(lower) else "xml"
    if lower[:1] in (b"{", b"["):
        return "json"
    return "html" if _HTML.search(lower) else "unknown"
