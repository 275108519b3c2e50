"""Words and phrases by which a caption can be found: the query's terms, techniques, structures, materials, phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from spacy.tokens import Doc

from exsclaim_core.captions.abbreviations import explained
from exsclaim_core.captions.distribution import Keyword, KeywordKind
from exsclaim_core.captions.elements import ELEMENT_NAMES
from exsclaim_core.captions.formulas import find_formulas
from exsclaim_core.captions.keyword_phrases import find_phrases
from exsclaim_core.captions.term_matching import Match, Piece, TermIndex, make_form, pieces_of
from exsclaim_core.captions.vocabulary import Vocabulary, vocabulary

_KINDS: tuple[KeywordKind, ...] = ("query", "technique", "structure", "material", "phrase")
_SUPPORT_BEHIND = 3  # words
_SUPPORT_BEFORE = 2


def find_keywords(doc: Doc, terms: Mapping[str, Sequence[str]]) -> list[Keyword]:
    """The keywords of a parsed caption in order of place, each `text` as it stands at `start`.

    `terms` are the query's, each with its synonyms. Keywords of one kind don't overlap, those of different kinds may.
    Without a parse there are no phrases.
    """
    text = doc.text
    pieces = pieces_of(text)
    long_forms = explained(text)
    techniques = _found(text, pieces, vocabulary("techniques"), "technique", long_forms)
    structures = _found(text, pieces, vocabulary("structures"), "structure", long_forms)
    structures += _forms_behind_formulas(text)
    materials = _materials(text, pieces, techniques, long_forms)
    keywords = [*_queried(text, pieces, terms, materials), *techniques, *structures, *materials]
    if text and doc[0].dep_:  # as has_annotation("DEP") says, which looks at all words
        keywords += find_phrases(doc, text, keywords)
    return sorted(keywords, key=lambda keyword: (keyword.start, -keyword.end, _KINDS.index(keyword.kind)))


def _keyword(text: str, term: str, kind: KeywordKind, start: int, end: int) -> Keyword:
    return Keyword(text[start:end], term, kind, start, end)


def _queried(
    text: str, pieces: Sequence[Piece], terms: Mapping[str, Sequence[str]], materials: Sequence[Keyword]
) -> list[Keyword]:
    if not terms:
        return []
    given = tuple((term, tuple(synonyms)) for term, synonyms in terms.items())
    found = [
        _keyword(text, match.form.term, "query", match.start, match.end) for match in _query_index(given).find(pieces)
    ]
    # "Fe 2 O 3" for a query after Fe2O3.
    asked = {name: term for term, synonyms in given for name in (term, *synonyms)}
    for material in materials:
        if material.term in asked and " " in material.text and not _meets(material, found):
            found.append(_keyword(text, asked[material.term], "query", material.start, material.end))
    return found


@lru_cache(maxsize=64)
def _query_index(terms: tuple[tuple[str, tuple[str, ...]], ...]) -> TermIndex:
    forms = (make_form(name, term) for term, synonyms in terms for name in (term, *synonyms))
    return TermIndex(form for form in forms if form)


def _found(
    text: str, pieces: Sequence[Piece], words: Vocabulary, kind: KeywordKind, long_forms: Mapping[str, str]
) -> list[Keyword]:
    matches = [
        match
        for match in words.index.find(pieces)
        if match.form.trust != "excluded" and not _means_another(text, match, words, long_forms)
    ]
    sure = [_is_sure(text, pieces, match, words) for match in matches]
    named = {match.form.group for match, is_one in zip(matches, sure, strict=True) if is_one}
    # An abbreviation is sure where its long form stands in the caption, or beside a sure term: "XRD, PL and CV".
    for at, match in enumerate(matches):
        if sure[at] is None:
            sure[at] = (bool(match.form.exact) and match.form.group in named) or None
    for order in (range(1, len(matches)), range(len(matches) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for at in order:
            if sure[at] is None and sure[at + step] and _are_listed(text, matches[at], matches[at + step]):
                sure[at] = True
    return [
        _keyword(text, match.form.term, kind, match.start, match.end)
        for match, is_one in zip(matches, sure, strict=True)
        if is_one
    ]


def _means_another(text: str, match: Match, words: Vocabulary, long_forms: Mapping[str, str]) -> bool:
    """Whether the caption explains an abbreviation as something else: "shoot elongation medium (SEM)"."""
    long = long_forms.get(text[match.start : match.end].removesuffix("s")) if long_forms else None
    return long is not None and all(meant.form.group != match.form.group for meant in words.index.find(pieces_of(long)))


def _is_sure(text: str, pieces: Sequence[Piece], match: Match, words: Vocabulary) -> bool | None:
    """Whether a form stands for its term here: yes, no, or not to be said without its neighbours."""
    form = match.form
    if form.trust == "sure":
        return True
    entry = words.entries[form.group]
    if form.trust == "doubtful":
        lower = text.lower()
        if not any(word in lower for word in entry.against):
            return True
        if pieces[match.first - 1].key in ("±", "mean", "or") and match.first:
            return False
    behind = _words(pieces[match.after : match.after + 2 * _SUPPORT_BEHIND])[:_SUPPORT_BEHIND]
    # "images (BSE)", but not "micrographs of optical fibres".
    before = pieces[max(0, match.first - 2 * _SUPPORT_BEFORE) : match.first][::-1] if form.exact else ()
    return any(word in entry.support for word in (*behind, *_words(before)[:_SUPPORT_BEFORE])) or None


_ENDS = frozenset(".;:,")


def _words(pieces: Iterable[Piece]) -> list[str]:
    """Keys of words up to the end of their clause."""
    keys = []
    for piece in pieces:
        if piece.key in _ENDS:
            break
        if piece.is_word:
            keys.append(piece.key)
    return keys


_LIST_GAP = re.compile(r"\s*[,/&+–-]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|\s*\(|\)\s*(?:and|,)?\s*")


def _are_listed(text: str, one: Match, other: Match) -> bool:
    first, second = sorted((one, other), key=lambda match: match.start)
    return _LIST_GAP.fullmatch(text, first.end, second.start) is not None


_CHEMICAL = re.compile(
    r"(?:ide|ate|ite|ium|acid|oxide|ane|ene|yl|on|ine)s?\b|" + "|".join(ELEMENT_NAMES.values()), re.IGNORECASE
)


def _materials(
    text: str, pieces: Sequence[Piece], techniques: Sequence[Keyword], long_forms: Mapping[str, str]
) -> list[Keyword]:
    named = _found(text, pieces, vocabulary("materials"), "material", long_forms)
    # "wood chips (WC)" are no carbide.
    other = {short for short, long in long_forms.items() if not _CHEMICAL.search(long)}
    formulas = [
        _keyword(text, one.term, "material", one.start, one.end)
        for one in find_formulas(text)
        if text[one.start : one.end] not in other
    ]
    # The longer of two that overlap; the helium of a helium ion microscope is no material.
    found: list[Keyword] = []
    for keyword in sorted([*formulas, *named], key=lambda keyword: keyword.start - keyword.end):
        if not _meets(keyword, found) and not _meets(keyword, techniques):
            found.append(keyword)
    return found


_FORM_BEHIND_FORMULA = re.compile(r"(?<=[a-z\d])(?:NP|NR|NW|QD|NT)s?(?!\w)|(?<=[A-Z]O)NPs?(?!\w)")
_FORMS = {"NP": "nanoparticle", "NR": "nanorod", "NW": "nanowire", "QD": "quantum dot", "NT": "nanotube"}


def _forms_behind_formulas(text: str) -> list[Keyword]:
    """The "NPs" of "AgNPs"."""
    return [
        _keyword(text, _FORMS[match[0][:2]], "structure", *match.span())
        for match in _FORM_BEHIND_FORMULA.finditer(text)
    ]


def _meets(keyword: Keyword, others: Iterable[Keyword]) -> bool:
    return any(other.start < keyword.end and keyword.start < other.end for other in others)
