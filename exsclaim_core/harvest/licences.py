"""Licences of articles: their URLs in one form, and whether they allow to hand copies on."""

from __future__ import annotations

import re

# Every licence of Creative Commons allows unchanged copies, at least for purposes that are not commercial.
_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?P<path>licen[sc]es/(?:by|nc|nd|sa|sampling)[a-z+-]*(?:/\d\.\d)?"
    r"|publicdomain/(?:zero|mark)(?:/\d\.\d)?)",
    re.I,
)
_NAMED = re.compile(
    r"(?<![a-z])(?:cc|creative\s*commons)[\s-]*(?P<zero>0(?!\.?\d)|zero)?(?P<terms>(?:[\s-]*(?:by|nc|nd|sa))*)"
    r"[\s-]*(?P<version>[1-4]\.[05])?(?![a-z])",
    re.I,
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SPELT_OUT = (
    (re.compile(r"attribution", re.I), "by"),
    (re.compile(r"non-?\s?commercial", re.I), "nc"),
    (re.compile(r"no-?\s?deriv(?:ative)?s?(?:\s+works)?", re.I), "nd"),
    (re.compile(r"share-?\s?alike", re.I), "sa"),
)
# These let everybody read, and say nothing of copies.
_RESERVED = re.compile(r"arxiv\.org/licenses/(?:nonexclusive-distrib|assumed)|/(?:tdm|text-?and-?data-?mining)\b", re.I)


def licence_url(text: str) -> str:
    """The licence's URL in one form, https and without a trailing slash; "" where the text names none.

    The text is a URL, or a name such as "CC BY-NC 4.0". URLs of others than Creative Commons stay as they are.
    """
    if match := _CREATIVE_COMMONS.search(text):
        path = match["path"].lower().replace("licences", "licenses")
        return f"https://creativecommons.org/{path}" + ("/1.0" if path.endswith(("zero", "mark")) else "")
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        return text
    text = _DASHES.sub("-", text)
    for pattern, term in _SPELT_OUT:
        text = pattern.sub(term, text)
    for match in _NAMED.finditer(text):
        if match["zero"]:
            return "https://creativecommons.org/publicdomain/zero/1.0"
        if match["terms"]:
            terms = "-".join(re.findall(r"by|nc|nd|sa", match["terms"].lower()))
            return f"https://creativecommons.org/licenses/{terms}" + (
                f"/{match['version']}" if match["version"] else ""
            )
    return ""


def allows_redistribution(url: str) -> bool | None:
    """Whether a licence allows to hand copies on; None where that is not known."""
    if _CREATIVE_COMMONS.search(url):
        return True
    if _RESERVED.search(url):
        return False
    return None
