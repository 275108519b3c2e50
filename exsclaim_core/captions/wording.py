"""Words between and around the descriptions of panels, and sentences on a figure as a whole."""

from __future__ import annotations

import re

Span = tuple[int, int]  # of a caption, in characters

_WINDOW = 100  # characters at the end of a text, more than the phrases that are taken off at once

# Words between two panels' descriptions, and around labels, which describe nothing.
_LEADING_WORDS = re.compile(
    r"^(?:[\s,;:.–—|)\]]|=(?=\s)|-(?=\s)|(?:and|or|while|whereas|as\s+well\s+as|respectively|plus|&)(?![\w-])"
    r"|(?:is|are|was|were)\s+(?:(?:the|an?)\s|(?=[~≈]?\d))|(?:shows?|showing|depicts?|displays?|presents?|represents?|illustrates?|gives?"
    r"|indicates?|demonstrates?|corresponds?\s+to|refers?\s+to)(?=\s+(?:the|an?|bright|[a-z]+\s+(?:image|view)))\b)+",
    re.I,
)
_TRAILING_WORDS = re.compile(
    r"(?:[\s,;:|(\[]|(?<!\w)[.](?=\s*$)|\.(?=\s*$)|(?<=[\s,;])(?:and|or|while|whereas|as\s+well\s+as|respectively)"
    r"|(?<=\s)(?:is|are|was|were)\s+(?:also\s+)?(?:shown|displayed|presented|depicted|given|illustrated|plotted|reported)"
    r"(?:\s+(?:in|by|on))?(?:\s+the)?(?:\s+(?:sub-?)?(?:panels?|figures?|insets?|parts?))?"
    r"|(?<=\s)(?:shown\s+)?in(?:\s+the)?(?:\s+(?:sub-?)?(?:panels?|figures?|parts?))?"
    r"|(?<=\s)(?:sub-?)?panels?)+$",
    re.I,
)
# Sentences on the whole figure, wherever they stand.
GENERAL = re.compile(
    r"^\W*(?:(?:all\s+)?(?:scale\s*)?bars?\b|all\b|each\b|in\s+(?:all|each|both|every)\b|both\s+(?:of\s+)?(?:the\s+|these\s+)?(?:panels?|images?|figures?|plots?|graphs?"
    r"|data|experiments)\b|(?:the\s+)?(?:error|vertical|horizontal)\s+bars?|data\b"
    r"|(?:the\s+)?(?:data|values|results|means?|bars|columns|numbers|dots|points|lines|boxes|whiskers|asterisks?|letters)"
    r"\s+(?:are|is|were|represents?|indicates?|shown|show|presented|expressed|denotes?|marked)\b|statistic|significan"
    r"|different\s+(?:lower|upper|capital|small)?\s*(?:case)?\s*letters|abbreviations?\b|reproduced|adapted|copyright|©"
    r"|reprinted|modified\s+from|see\s+(?:the\s+)?(?:also|text|table|main|supp|fig)|for\s+(?:interpretation|details)"
    r"|(?:the\s+|\w+\s+){0,3}(?:arrows?|arrowheads?|lines?|circles?|box|boxes|stars?|spots)\s+(?:indicates?|represents?"
    r"|shows?|points?|marks?|denotes?|refers?)\b"
    r"|(?:gr[ae]y|black|white|dark|light)?\s*(?:fill|shading|areas?)\s+(?:represents?|indicates?)|details\b|objective\b"
    r"|lanes?\s+\d|number\s+of\b|red\s+bar|(?:the\s+)?(?:[\w-]+\s+){1,3}test\b|(?:original\s+)?magnifications?\b"
    # "PVC: premature complex, VF: …", "EsCa, esophageal carcinoma; HCC, …"
    r"|[A-Z][\w+-]{0,6}:\s+[a-z][^:]{3,60},\s+[A-Z][\w+-]{0,6}:\s|[A-Z]\w{0,6},\s[^;.]{3,60};\s+\w{1,7},\s"
    r"|low\s+magnification|n\s*=|[*#†‡§∗]|p\s*[<=>]|one-?way|two-?way|student|mean|means\s*±|colou?rs?\b"
    r"|(?:the\s+)?colou?r\s+(?:scale|bar|code|key)|h\s+atoms|\[\d+\]\W*$|\(?for\s+interpretation"
    r"|[^.]{0,60}\b(?:are|is)\s+shown\s+in\s+(?:red|green|blue|yellow|black|white|gr[ae]y|magenta|cyan)\b"
    r"|[^.:]{0,40}:\s*\w{1,6},\s+[^;]{3,60};\s*\w{1,6},\s)",
    re.I,
)
# … of these those on what no panel has by itself.
SURELY_GENERAL = re.compile(
    r"^\W*(?:abbreviations?\b|doi:|https?:|(?:\w{1,6}:\s[^:;.]{3,60};\s){2}\w{1,6}:\s"
    r"|details\b|(?:original\s+)?magnifications\b|reproduced|adapted|copyright|©|reprinted"
    r"|modified\s+from|\(?for\s+interpretation|\[?colou?r\s+figure|(?:in\s+)?(?:all|each|both)\s+(?:of\s+)?(?:the\s+)?"
    r"(?:panels?|images?|micrographs?|figures?|graphs?|plots?|cases|experiments)|see\s+(?:the\s+)?(?:also|text|main|supp))"
    r"|^[^.]{0,120}\b(?:for|in|of)\s+all\s+(?:of\s+)?(?:the\s+)?(?:panels?|images?|micrographs?|figures?|graphs?|plots?)\b",
    re.I,
)
# A picture of what is named elsewhere.
_DIRECTION = (
    r"(?:top|side|front|rear|back|bottom|plan|end|left|right|upper|lower|overall|general|whole|close-?\s?up|enlarged|magnified"
    r"|detailed|same|occlusal|buccal|lingual|labial|dorsal|ventral|(?:antero|postero|dorso|ventro)?-?lateral|anterior|posterior"
    r"|medial|proximal|distal|apical|basal|aerial|interpretive|line|perspective|cross-?\s?section(?:al)?|longitudinal)"
)
_VIEW = (
    r"(?:views?|photographs?|photos?|drawings?|overview|details?|aspects?|sketch(?:es)?|close-?\s?ups?|enlargements?)"
)
VIEW = re.compile(
    rf"(?:the|an?|in|of|from|and|at|\s|,|{_DIRECTION}\b|{_VIEW}\b)*\b{_VIEW}\b"
    rf"(?:the|an?|in|of|from|and|at|\s|,|\(?[A-Za-z]\b\)?|{_DIRECTION}\b|{_VIEW}\b)*\W*",
    re.I,
)
# "All of the teeth are worn" is about one picture.
OF_ALL = re.compile(
    r"\W*(?:in\s+)?all\s+(?:of\s+)?(?:the\s+|these\s+|other\s+)?(?:panels?|images?|micrographs?|photographs?|pictures?|figures?|graphs?"
    r"|plots?|spectra|patterns|(?:sub-?)?figures|scale\s*bars?|bars|cases|experiments|measurements|samples)\b",
    re.I,
)
RIGHTS = re.compile(r"\W*(?:Reproduced|Reprinted|Adapted|Modified|Copyright|©)\b")
CREDIT = re.compile(r"(?:Reproduced|Reprinted|Adapted|Modified)\s+(?:with|by|from)")
# What a page writes before a caption and behind it.
FURNITURE = re.compile(
    r"^(?:\W*(?:fig(?:ure)?|scheme|chart|plate)s?\.?\s*(?:S?\d+[a-z]?)\s*[.:|–—-]?\s*(?=\S))?"
    r"(?:\s*\(colou?r\s+online\)[.\s]*(?=\S))?",
    re.I,
)
FURNITURE_BEHIND = re.compile(
    r"\s*\b(?:full\s+size\s+image|high\s+resolution\s+image(?:\s+and\s+legend)?|open\s+figure\s*download\s+power\s?point"
    r"(?:\s+slide)?|download\s+(?:figure|power\s?point(?:\s+slide)?)|open\s+in\s+(?:a\s+)?new\s+(?:tab|window)"
    r"|view\s+in\s+article)(?:\s*\(\d+\s*[km]b?\))?\W*$",
    re.I,
)
# Heads before a colon that say what kind of picture follows; others are titles.
HEADS = re.compile(
    r"\b(?:images?|micrographs?|photographs?|photos?|photomicrographs?|pictures?|spectr(?:um|a)|patterns?|plots?|curves?"
    r"|diagrams?|schematics?|illustrations?|maps?|profiles?|histograms?|isotherms?|views?|snapshots?|models?|structures?"
    r"|micro\w+|morpholog\w+|scale\s*bars?|bars?|sections?|simulations?|distributions?|voltammograms?"
    r"|measurements?|dependences?|evolution|responses?|performances?|correlations?|comparisons?)\b",
    re.I,
)


# Behind these "in" leads to a label, and behind other words to what is shown.
LABEL_VERB = re.compile(
    r"\b(?:is|are|was|were|as|also|shown|seen|displayed|presented|depicted|given|illustrated|plotted|reported|while|and)$",
    re.I,
)


def bare_sentence(caption: str, start: int, end: int) -> Span:
    """A sentence without separators at its ends, with its predicate: "Three of them are shown"."""
    begin, until = trimmed(caption, start, end)
    return begin, max(begin, until, start + len(caption[start:end].rstrip(" ,;:.|")))


def trimmed(caption: str, start: int, end: int) -> Span:
    """A stretch without separators, connectives and phrases such as "is shown in" at its ends."""
    text = caption[start:end]
    while True:
        lead = _LEADING_WORDS.match(text)
        if not lead or not lead.end():
            break
        start, text = start + lead.end(), text[lead.end() :]
    while True:
        # In a window: a search for what ends a text begins anew at each of its characters.
        trail = _TRAILING_WORDS.search(text, max(0, len(text) - _WINDOW))
        if not trail or trail.start() == len(text):
            break
        end -= len(text) - trail.start()
        text = text[: trail.start()]
    # A bracket that was opened inside is kept with its other half.
    if text.count("(") > text.count(")") and caption[end : end + 1] == ")":
        end += 1
    return start, max(start, end)


def find_outside_brackets(pattern: str, text: str) -> list[re.Match[str]]:
    """Where a pattern matches a text, but for the places inside round brackets."""
    found: list[re.Match[str]] = []
    depth = last = 0
    for match in re.finditer(pattern, text):
        depth += text.count("(", last, match.start()) - text.count(")", last, match.start())
        last = match.start()
        if depth <= 0:
            found.append(match)
    return found
