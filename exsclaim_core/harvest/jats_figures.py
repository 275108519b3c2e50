"""Figures and tables out of an article in JATS, its namespaces taken off (as `jats.read_jats` does)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from exsclaim_core.harvest.jats_addresses import Origin, file_ending, image_addresses, is_picture
from exsclaim_core.harvest.markup import joined, marked_text, plain_text
from exsclaim_core.harvest.records import FigureRole, HarvestedFigure, MarkedText
from exsclaim_core.labels import NAMED, parse_label
from exsclaim_core.model import FigureType

_FLOATS = ("fig", "fig-group", "table-wrap", "table-wrap-group", "supplementary-material", "abstract", "bio")
# What stands in a caption and is none of its words.
_BESIDE_CAPTION = frozenset(
    [
        *("alt-text", "attrib", "copyright-statement", "graphic", "license", "long-desc", "media", "object-id"),
        *("permissions", "supplementary-material"),
    ]
)
_DOI_LINE = re.compile(r"(?:doi\s*:?\s*)?(?:https?://(?:dx\.)?doi\.org/|doi:)?\s*10\.\d{4,9}/\S+", re.I)
_FILE_LINE = re.compile(r"\((?:[\d.]+ ?[KMG]B,? ?)?[A-Z][A-Z0-9]{1,4}(?:,? ?[\d.]+ ?[KMG]B)?\)\.?")
# Newer PLOS: "S1 Fig."; most others: "Figure S1".
_NUMBER_FIRST = re.compile(r"(?P<number>S?\d+)\s+(?P<word>fig(?:ure)?|table|scheme|chart)\b\.?", re.I)
_NUMBER_ONLY = re.compile(r"\(?(?P<number>[A-Z]{0,2}\d+(?:\.\d+)*[a-z]?|[IVXL]+)\)?\s?[.:|]?")
_PANEL_ONLY = re.compile(r"\(?(?:[A-Za-z]|[ivx]+)\)?\s?[.:]?|panel\s+\w+\.?", re.I)
_NO_PICTURE = re.compile(r"\b(?:source\s+(?:data|code)|video|movie|audio|dataset|text)\b", re.I)
_SUPPLEMENT = re.compile(r"(?:electronic\s+)?suppl(?:ement(?:ary|al|s)?)?\b|supporting\s+information", re.I)
_GRAPHICAL = re.compile(r"graphic|toc|visual|key-?image|teaser", re.I)
_PORTRAIT = re.compile(r"author-?photo|portrait|biograph", re.I)
# Sub-articles of the review: their figures were made for the reviewers.
_REVIEW = re.compile(r"report|decision|letter|reply|response|comment|review|assessment", re.I)
_TRANSLATED = "translation"
# Pictures of formulas and of signs in the text, not of the figure around them.
_OTHER_PICTURES = frozenset(("caption", "disp-formula", "inline-formula", "label", "table", "attrib", "permissions"))
_THUMBNAIL = re.compile(r"thumb|icon|small|preview|low-?res|[-_](?:t|lr)$", re.I)
_LARGE = re.compile(r"original|hi-?res|high|large|full|print|[-_](?:hr|lg)$", re.I)
_STEM_TAIL = re.compile(r"[-_](?:html|print|online|web|thumb(?:nail)?|hr|hires|lr|lg|large|small|original|t)$", re.I)
# Between the word and the reference there may be other numbers: "Figs 1a, 2 and".
_WORD_BEFORE = re.compile(
    r"(?<!\w)(?P<word>(?:(?:supplementary|supplemental|extended data)\s+)?"
    r"(?:fig(?:ure)?|table|tab|scheme|chart|plate)s?\.?)[\s(]*"
    r"(?:S?\d+(?:[A-Za-z](?![A-Za-z]))?\s*(?:,|;|–|-|and|&|to)[\s,–-]*|[A-Za-z]\s*(?:,|–|-|and)\s*)*$",
    re.I,
)
_NEAR = 60  # characters
_LETTERS_AFTER = re.compile(r"[A-Za-z](?:\s?[,–-]\s?[A-Za-z](?![A-Za-z]))*(?![A-Za-z])")


def read_figures(article: etree._Element, origin: Origin) -> tuple[HarvestedFigure, ...]:
    """The figures and tables, those of abstracts, of the supplement and of biographies too, in their order.

    Those of a translated sub-article are the same once more, and left out.
    """
    mentions = _mentions(article)
    return tuple(
        figure
        for element in article.iter(*_FLOATS)
        if not any(parent.get("article-type") == _TRANSLATED for parent in element.iterancestors("sub-article"))
        for figure in _read(element, origin, mentions)
    )


def href(element: etree._Element) -> str:
    """What an element links to, whatever the prefix of its attribute; "" where it links to nothing."""
    for name, value in element.attrib.items():
        if name == "href" or name.endswith(("}href", ":href")):
            return str(value).strip()
    return ""


def beside_caption(element: etree._Element) -> bool:
    """Whether an element of a caption or an abstract is none of its words: credits, its own DOI, notes on a file."""
    if element.tag == "p":
        text = "".join(element.itertext()).strip()
        return bool(_DOI_LINE.fullmatch(text) or _FILE_LINE.fullmatch(text))
    return element.tag in _BESIDE_CAPTION


def _read(element: etree._Element, origin: Origin, mentions: dict[str, list[str]]) -> Iterator[HarvestedFigure]:
    match element.tag:
        case "abstract":
            yield from _graphical_abstract(element, origin)
        case "bio":
            photos = [] if _holds(element, "fig") else _pictures(element)
            if photos:
                yield _record("Figure", "", marked_text(element, drop=beside_caption), photos, origin, "author photo")
        case "supplementary-material":
            yield from _supplementary_file(element, origin, mentions)
        case "fig-group" | "table-wrap-group":
            # What it holds is read by itself.
            if not _holds(element, "fig", "table-wrap") and _holds(element, "graphic"):
                yield from _float(element, origin, mentions)
        case _:
            yield from _float(element, origin, mentions)


def _float(element: etree._Element, origin: Origin, mentions: dict[str, list[str]]) -> Iterator[HarvestedFigure]:
    """The figure or table of an element; none where it shows and says nothing, or is a film."""
    printed, caption = _own_label(element), _own_caption(element)
    identifiers = [element.get("id", "")]
    parts = [printed, caption]
    group = next(element.iterancestors("fig-group", "table-wrap-group"), None)
    if group is not None:
        group_label, group_caption = _own_label(group), _own_caption(group)
        if group_label.text and (not printed.text or _PANEL_ONLY.fullmatch(printed.text)):
            parts, printed = [group_label, group_caption, printed, caption], group_label
            identifiers.append(group.get("id", ""))
        elif not caption.text:
            parts = [printed, group_caption]
    type_, label, supplement = _label(printed.text or caption.text, element.get("fig-type", ""), bool(printed.text))
    table = element.tag.startswith("table") or type_ == "Table"
    role = _role(element, supplement, table)
    pictures = _pictures(element)
    whole = parts[-1] if _begins_with(parts[-1].text, printed.text) else joined(*parts)
    if role == "graphical abstract" and not caption.text:
        whole = joined(whole, *(_abstract_text(each) for each in element.iterancestors("abstract")))
    if not pictures and (not whole.text or (_holds(element, "media") and not table)):
        return
    found = [text for identifier in identifiers for text in mentions.get(identifier, ())]
    yield _record("Table" if table else type_ or "Figure", label, whole, pictures, origin, role, found)


def _supplementary_file(
    element: etree._Element, origin: Origin, mentions: dict[str, list[str]]
) -> Iterator[HarvestedFigure]:
    """The figure or table that a file of the supplement is; none for films, data and texts."""
    if _holds(element, "fig", "table-wrap"):
        return
    printed, caption = _own_label(element), _own_caption(element)
    type_, label, _ = _label(printed.text or caption.text, "", bool(printed.text))
    files = [each for each in (element, *element.iter("media", "graphic")) if href(each)]
    files = [each for each in files if each.get("mimetype", "").startswith("image") or is_picture(href(each))]
    if _NO_PICTURE.search(printed.text) or not (files or type_ in ("Figure", "Table")):
        return
    whole = caption if _begins_with(caption.text, printed.text) else joined(printed, caption)
    found = mentions.get(element.get("id", ""), [])
    yield _record(type_ or "Figure", label, whole, _same_pictures(files), origin, "supplementary", found)


def _graphical_abstract(abstract: etree._Element, origin: Origin) -> Iterator[HarvestedFigure]:
    """The picture of an abstract; the caption is the abstract's text where it has been written for the picture."""
    if _holds(abstract, "fig"):
        return
    if _GRAPHICAL.search(abstract.get("abstract-type", "")):
        pictures, caption = _pictures(abstract), _abstract_text(abstract)
    else:
        # Among the words of other abstracts, pictures are of signs and formulas.
        alone = [each for each in abstract.iter("p") if _holds(each, "graphic") and not plain_text(each)]
        pictures, caption = [picture for each in alone for picture in _pictures(each)], MarkedText("")
    if pictures:
        yield _record("Figure", "", caption, pictures, origin, "graphical abstract")


def _record(
    type_: FigureType,
    label: str,
    caption: MarkedText,
    pictures: list[list[etree._Element]],
    origin: Origin,
    role: FigureRole,
    mentions: list[str] | tuple[str, ...] = (),
) -> HarvestedFigure:
    # All sizes of the first picture, then the best of each other: where a figure is cut in parts, none gets lost.
    addresses = [
        address for size in (pictures[0] if pictures else ()) for address in image_addresses(href(size), origin)
    ]
    addresses += [address for sizes in pictures[1:] for address in image_addresses(href(sizes[0]), origin)[:1]]
    return HarvestedFigure(
        type_,
        label,
        caption.text,
        caption.markup,
        tuple(dict.fromkeys(addresses)),
        role,
        tuple(dict.fromkeys(mentions)),
    )


def _own_label(element: etree._Element) -> MarkedText:
    label = element.find("label")
    return (
        marked_text(label, drop=lambda each: beside_caption(each) or each.tag in ("fn", "xref"))
        if label is not None
        else MarkedText("")
    )


def _own_caption(element: etree._Element) -> MarkedText:
    """The words of the caption; of the paragraphs beside the picture where an older DTD has no caption."""
    caption = element.find("caption")
    if caption is not None:
        return marked_text(caption, drop=beside_caption)
    return marked_text(*element.findall("p"), drop=beside_caption) if element.tag == "fig" else MarkedText("")


def _abstract_text(abstract: etree._Element) -> MarkedText:
    return marked_text(abstract, drop=lambda each: beside_caption(each) or each.tag in ("title", "label", "fig"))


def _label(text: str, kind: str, alone: bool) -> tuple[FigureType | None, str, bool]:
    """Type and label out of a printed label, or out of a caption, and whether it is one of the supplement's."""
    parsed = parse_label(text)
    if parsed is not None:
        supplement = bool(_SUPPLEMENT.match(parsed.series)) or bool(re.fullmatch(r"S\d+.*", parsed.label))
        return parsed.type, parsed.label, supplement
    if first := _NUMBER_FIRST.match(text):
        word, number = first["word"].lower(), first["number"]
        label = f"{word.capitalize()} {number}" if word in NAMED else number
        return "Table" if word == "table" else "Figure", label, number.startswith("S")
    if not alone:
        return None, "", False
    if only := _NUMBER_ONLY.fullmatch(text):
        number = only["number"]
        return None, f"{kind.capitalize()} {number}" if kind.lower() in NAMED else number, number.startswith("S")
    return None, text.rstrip(" .:|"), False


def _role(element: etree._Element, supplement: bool, table: bool) -> FigureRole:
    kind = element.get("fig-type", "")
    parents = list(element.iterancestors())
    names = {parent.tag for parent in parents}
    if names & {"bio", "contrib"} or _PORTRAIT.search(kind):
        return "author photo"
    if "abstract" in names or _GRAPHICAL.search(kind):
        return "graphical abstract"
    if supplement or "supplementary-material" in names or any(map(_is_supplement, parents)):
        return "supplementary"
    return "table" if table else "figure"


def _is_supplement(parent: etree._Element) -> bool:
    if parent.tag in ("sub-article", "response"):
        return bool(_REVIEW.search(parent.get("article-type", parent.get("response-type", ""))))
    if parent.tag not in ("app", "sec"):
        return False
    kind = parent.get("sec-type", "") or parent.get("content-type", "")
    return bool(_SUPPLEMENT.match(kind) or _SUPPLEMENT.match("".join(parent.xpath("string(title)")).strip()))


def _begins_with(caption: str, label: str) -> bool:
    label = label.rstrip(" .:|")
    following = caption[len(label) :]
    return bool(label) and caption.lower().startswith(label.lower()) and not following[:1].isalnum()


def _holds(element: etree._Element, *tags: str) -> bool:
    return next(element.iter(*tags), None) is not None


def _pictures(element: etree._Element) -> list[list[etree._Element]]:
    """The graphics of an element: a list for each picture, of its sizes and formats, the best first."""
    graphics = []
    for graphic in element.iter("graphic", "media"):
        if not href(graphic):
            continue
        if graphic.tag == "media" and not (graphic.get("mimetype") == "image" or is_picture(href(graphic))):
            continue
        between: set[str] = set()
        for parent in graphic.iterancestors():
            if parent is element:
                break
            between.add(parent.tag)
        if not between & _OTHER_PICTURES:
            graphics.append(graphic)
    return _same_pictures(graphics)


def _same_pictures(graphics: list[etree._Element]) -> list[list[etree._Element]]:
    """Graphics, those of the same picture together: what is offered as an alternative, or has the same name."""
    pictures: dict[object, list[etree._Element]] = {}
    for graphic in graphics:
        alternatives = next(graphic.iterancestors("alternatives"), None)
        key = _stem(href(graphic)) if alternatives is None else alternatives
        pictures.setdefault(key, []).append(graphic)
    return [sorted(sizes, key=_rank) for sizes in pictures.values()]


def _stem(name: str) -> str:
    return _STEM_TAIL.sub("", _without_ending(name)).lower()


def _without_ending(name: str) -> str:
    file, ending = name.rpartition("/")[2], file_ending(name)
    return file[: -len(ending) - 1] if ending else file


def _rank(graphic: etree._Element) -> int:
    """The place of a graphic among the sizes of its picture."""
    name = href(graphic)
    tail = _STEM_TAIL.search(_without_ending(name))
    hints = " ".join((graphic.get("specific-use", ""), graphic.get("content-type", ""), tail[0] if tail else ""))
    kind = file_ending(name) or graphic.get("mime-subtype", "").lower()
    if kind in ("eps", "postscript", "svg", "svgz", "svg+xml", "pdf"):
        return 5  # readable by few
    if _THUMBNAIL.search(hints):
        return 4
    if kind in ("tif", "tiff"):
        return 0
    if _LARGE.search(hints):
        return 1
    return 3 if kind == "gif" else 2


def _mentions(article: etree._Element) -> dict[str, list[str]]:
    """The references to each identifier in the running text, as printed."""
    found: dict[str, list[str]] = {}
    for reference in article.iter("xref"):
        text = _mention(reference)
        if text and not any(parent.tag in _FLOATS for parent in reference.iterancestors() if parent.tag != "abstract"):
            for identifier in reference.get("rid", "").split():
                found.setdefault(identifier, []).append(text)
    return found


def _mention(reference: etree._Element) -> str:
    """A reference with the word before it and the letters after it where its publisher links the number only."""
    text = plain_text(reference)
    if re.match(r"S?\d", text) and (before := _WORD_BEFORE.search(_text_before(reference))):
        text = f"{re.sub(r's(?=[.]?$)', '', ' '.join(before['word'].split()))} {text}"
    letters = _LETTERS_AFTER.match(reference.tail or "")
    return text + letters[0] if letters and text[-1:].isdigit() else text


def _text_before(reference: etree._Element) -> str:
    """The last words before a reference, in its paragraph."""
    pieces: list[str] = []
    for each in reference.itersiblings(preceding=True):
        pieces += [each.tail or "", "".join(each.itertext(with_tail=False))]
        if sum(map(len, pieces)) > _NEAR:
            break
    else:
        pieces.append(reference.getparent().text or "")
    return "".join(reversed(pieces))[-_NEAR:]
