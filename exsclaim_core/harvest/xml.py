"""Safe reading of XML from the web: no entity is ever expanded, no DTD read, nothing fetched."""

from __future__ import annotations

import codecs
import re
from html.entities import html5

from lxml import etree

# A declaration of the document type: its own entities and those of the files that it names stay unread.
_QUOTED = r"\"[^\"]*+\"|'[^']*+'"
_COMMENTED = r"<!--(?s:.*?)-->|<\?(?s:.*?)\?>"
_PROLOGUE = re.compile(rf"(?>\s+|{_COMMENTED})*+")
_DOCTYPE = re.compile(
    rf"<!DOCTYPE(?>[^\"'\[>]++|{_QUOTED})*+"
    rf"(?:\[(?>[^\]\"'<]++|{_QUOTED}|{_COMMENTED}|<![A-Z](?>[^\"'>]++|{_QUOTED})*+>)*+\]\s*+)?+>",
    re.I,
)
# References in CDATA sections are plain text. One without an end takes all: else each would be searched to the end.
_REFERENCE = re.compile(r"<!\[CDATA\[(?s:.*?)(?:\]\]>|\Z)|&(?P<name>[^\s&;<>#\"'][^\s&;<>\"']{0,63});")
_OWN_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_DECLARATION = re.compile(r"<\?xml\s(?s:.*?)\?>")
_ENCODING = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][\w.:-]*)[\"']")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNDECLARED_PREFIX = re.compile(r"Namespace prefix (\w[\w.-]*) ")
_ROOT = re.compile(r"<[^\s<>/!?]+")


def parse_xml(body: bytes) -> etree._Element:
    """The root of a document, without comments and processing instructions.

    The document type's declaration is left out before parsing, so that there is no entity to be expanded. Named
    characters that HTML knows too (&alpha; &ndash;) become what they mean there, whatever a document declares them to
    be; other named references stay as the text that they are. Raises ValueError where the body is no XML.
    """
    text = _without_doctype(_decoded(body))
    text = _REFERENCE.sub(_character, text)
    try:
        return _parsed(text)
    except etree.XMLSyntaxError as error:
        prefixes = sorted(
            {match[1] for entry in error.error_log for match in _UNDECLARED_PREFIX.finditer(entry.message)}
        )
        if not prefixes:
            raise ValueError(f"no XML: {error.msg}") from error
    # Parts cut out of a larger document have lost the declarations of their namespaces.
    declarations = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in prefixes)
    try:
        return _parsed(_ROOT.sub(lambda match: match[0] + declarations, text, count=1))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no XML: {error.msg}") from error


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(text.encode(), parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("XML with a declaration of its document type at a place where none may be")
    return root


def _decoded(body: bytes) -> str:
    """The text of the document, which begins with its first character that is no blank."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(encoding, "replace")
            break
    else:
        if body[:4] in (b"<\0?\0", b"\0<\0?"):
            text = body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace")
        else:
            text = _decoded_as_declared(body)
    return _FORBIDDEN.sub("", text).lstrip("\ufeff \t\r\n")


def _decoded_as_declared(body: bytes) -> str:
    # What can be read as UTF-8 is UTF-8, whatever it says: other texts with bytes above 127 hardly ever can.
    declared = _ENCODING.search(body[:1000])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "utf-8"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")


def _without_doctype(text: str) -> str:
    text = _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text
    prologue = _PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    found = _DOCTYPE.match(text, start)
    return text[found.end() :].lstrip() if found else text[start:]


def _character(match: re.Match[str]) -> str:
    name = match["name"]
    if name is None or name in _OWN_ENTITIES:
        return match[0]
    characters = html5.get(f"{name};")
    # As numbers, since some of them are < and &.
    return "".join(f"&#{ord(each)};" for each in characters) if characters else f"&amp;{name};"
