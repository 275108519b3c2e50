"""Sentences of a caption, and the little words by which its parts hang together."""

from __future__ import annotations

import re
from itertools import pairwise

_ABBREVIATION = re.compile(
    r"(?:\b(?:figs?|refs?|eqs?|nos?|vs|ca|approx|cf|al|e\.g|i\.e|etc|resp|vol|p|pp|st|dr|prof|sp|spp|var|subsp|ssp|cv"
    r"|temp|max|min|conc|std|dev|avg|tab|sect|chap|ed|eds|inc|co|ltd|jr|sr|ph\.d|a\.u|arb|arb\.u|u|at|wt|vol|mol|ex"
    r"|em|f\.sp|et)|\b[A-Z](?:[a-z]{1,2})?\.[A-Z])\.$",
    re.I,
)
_NAME_INITIAL = re.compile(r"(?:^|[\s(])[A-Z]\.$")
# Behind a letter these begin a sentence: "drawing of C. Scale bar: 1 mm". Behind others a name may go on: "J. Smith".
_BEGINS = re.compile(
    r"\s*(?:Abbreviations?|Scale|Bars?|Arrows?|Arrowheads?|All|Notes?|The|In|For|Data|Error|Values|This|These|An?|Insets?"
    r"|When|While|As|At|On|From|To|It|Its|Each|Both|Here|There|However|After|Before|With|By|Cells?|Images?|Lines?|Colou?rs?"
    r"|Reproduced|Reprinted|Adapted|Copyright|Statistic\w*)\b"
)
# Abbreviations with which a sentence may end: "by Nobody et al. Reproduced with permission".
_CLOSING = re.compile(r"\b(?:al|etc|[A-Z]\.[A-Z])\.$")
_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s|$|[(\[]?[A-Ha-h]\))")
_NEXT = re.compile(r"\s*(\S)")


def split_sentences(text: str, start: int, end: int, fixed: list[int]) -> list[tuple[int, int]]:
    """Sentences between two places as stretches of the text; `fixed` are places where one begins in any case."""
    cuts = {start, end, *(place for place in fixed if start < place < end)}
    depth, last = 0, start
    for match in _END.finditer(text, start, end):
        place = match.end()
        depth += text.count("(", last, place) - text.count(")", last, place)
        last = place
        following = _NEXT.match(text, place, end)
        if not following or depth > 0:
            continue
        before, after = text[max(start, place - 12) : place], following[1]
        dot = match[0].startswith(".")
        begins = _BEGINS.match(text, place)
        initial = _NAME_INITIAL.search(before) and not begins
        closing = begins and _CLOSING.search(before)
        abbreviated = (initial or _ABBREVIATION.search(before.rstrip("\"'”’)]"))) and not closing
        if dot and abbreviated and place not in fixed:
            continue
        if dot and not (after.isupper() or after in "([*#†‡§“\"'∗" or after.isdigit() or not after.isascii()):
            continue
        cuts.add(place)
    places = sorted(cuts)
    return [(one, two) for one, two in pairwise(places) if text[one:two].strip()]


# What can't end a description: it goes on with what follows.
_OPEN = re.compile(
    r"(?:^|\s|-)(?:of|for|at|with|in|on|by|from|to|into|onto|between|under|after|before|during|via|using|versus|vs\.?"
    r"|over|through|without|within|against|near|along|as|than|per|about|across|the|an?|their|its|is|are|was|were|being"
    r"|containing|showing|having|prepared|obtained|called|namely|both|either|different|=|≈|~|and|or|corresponding|only"
    r"|that|which|where|when|while|if|(?:after|by|for|before)\s+\w+ing)\s*[:]?$|[=≈~]$",
    re.I,
)
_DISPLAY = re.compile(
    r"\b(?:images?|micrographs?|photographs?|photos?|photomicrographs?|pictures?|spectr(?:um|a)|patterns?|plots?|curves?"
    r"|graphs?|diagrams?|schem(?:e|atic|atics)|schematics?|illustrations?|maps?|mappings?|profiles?|histograms?"
    r"|distributions?|diffract(?:ion|ogram|ograms)|isotherms?|views?|sketch(?:es)?|drawings?|snapshots?|models?"
    r"|structures?|measurements?|analys[ei]s|results?|results|scans?|tomograms?|renderings?|simulations?|voltammograms?"
    r"|chronoamperograms?|thermograms?|chromatograms?|blots?|gels?|stain(?:ing|ings)?|immunostaining|comparison|summary"
    r"|dependence|evolution|variation|relationship|correlation|performance|capacity|capability|intensit(?:y|ies)"
    r"|concentrations?|levels?|rates?|energ(?:y|ies)|responses?|functions?|microstructures?|morpholog(?:y|ies)|insets?"
    r"|projections?|tem|sem|hrtem|stem|afm|stm|xrd|eds|edx|xps|eels|saed|ebsd|haadf|hr-tem|hr-sem|fe-sem|fesem|raman"
    r"|ftir|ft-ir|tga|dsc|nmr|esr|epr|uv-vis|fft|optical|heatmaps?|overview|close-up|magnification|zoom|enlargement"
    r"|quantification|visuali[sz]ation|assays?|expression|time course|potentials?|conductivity|resistance|areas?|sizes?"
    r"|cross[- ]sections?|configuration|geometry|workflow|representation)\b",
    re.I,
)
# Images and the like: what a picture is, not what it shows.
_PICTURE = re.compile(
    r"\b(?:images?|micrographs?|photographs?|photos?|photomicrographs?|pictures?|spectr(?:um|a)|patterns?|plots?|curves?"
    r"|graphs?|diagrams?|histograms?|maps?|mappings?|profiles?|views?|isotherms?|voltammograms?|microstructures?"
    r"|diffractograms?|schematics?|illustrations?|snapshots?)\b",
    re.I,
)


def is_open(text: str) -> bool:
    """Whether a text asks to be gone on with: "SEM images of", "prepared at"."""
    return bool(_OPEN.search(text.rstrip()))


def names_display(text: str) -> bool:
    """Whether a text says what kind of picture, curve or quantity is shown."""
    return bool(_DISPLAY.search(text))


def picture_in(text: str) -> re.Match[str] | None:
    """The last word for a picture outside of brackets and prepositional phrases, as in "EDX mapping images of"."""
    head = re.split(r"\s(?:of|for|from|in|at|with|on|showing|obtained|taken)\s", text, maxsplit=1)[0]
    found = [
        match
        for match in _PICTURE.finditer(head)
        if head.count("(", 0, match.start()) <= head.count(")", 0, match.start())
    ]
    return found[-1] if found else None
