"""Titles as words: their numbers, the names that many papers share, and what looks like a title and is none."""

from __future__ import annotations

import re

# "2.1.", "IV.", "A.", "ii)", "3 |": the number of a title.
NUMBER = re.compile(
    r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,4}[.)]?|[IVX]{1,5}[.)]|[A-Z][.)]|[ivx]{1,4}[.)]|[a-h]\)|\(\w{1,3}\)"
    r"|[A-Z]\.\d+(?:\.\d+)*\.?)(?:\s*[|│]\s*|\s+)(?=[^\W_])"
)
_DECIMAL = re.compile(r"(?:\d+|[A-Z](?=\.\d))(?:\.\d+)*\.?")

MAIN = re.compile(
    r"introduction|background|literature review|related works?|preliminaries|objectives?"
    r"|(?:methods?|trial|study)[ /]design"
    r"|(?:(?:patients?|subjects?|participants|materials?|methods?|experimental|design|study|data|and|&)[ ,/]*)*"
    r"(?:methods?|materials|methodology)(?: and analysis)?"
    r"|experiment(?:s|al)?(?: (?:section|procedures?|methods?|details?|setup|results?|part))?"
    r"|results?(?:(?: and| &|/) ?discussions?)?|discussions?(?: and conclusions?)?"
    r"|(?:general )?conclusions?(?: and .{4,30})?|concluding remarks",
    re.I,
)
ABSTRACT = re.compile(r"abstract|summary", re.I)
PART = re.compile(
    r"aims?|purpose|theory|model|(?:study )?limitations?|study (?:design|population|protocol)|statistical analys[ie]s"
    r"|future (?:works?|prospects|directions)|outlook|ethics(?: (?:statement|approval.*))?"
    r"|ethical (?:approval|standards|statement|issues|considerations?).*|consent (?:for|to) .*",
    re.I,
)
REFERENCES = re.compile(r"(?:notes and )?references?(?: and notes| cited)?|bibliography|literature cited", re.I)
BACK_MATTER = re.compile(
    rf"{REFERENCES.pattern}|acknowled?ge?ments?(?: .{{0,20}})?|abbreviations?|appendi(?:x|ces)(?: [a-z0-9])?"
    r"|supplementary (?:materials?|information|data)|supporting information(?: available)?"
    r"|additional (?:information|files?|material)|(?:authors?['’]* )?contribut(?:ions?|ors)(?: statement)?"
    r"|(?:(?:conflicts?|declarations?|statement) of )?(?:conflict of |competing |conflicting |financial )*interests?"
    r"(?: statement)?|disclosures?|(?:funding|financial support)(?: information| sources?| statement|/support)?"
    r"|declarations?|data (?:availability|sharing|accessibility)(?: statement)?"
    r"|availability of data and materials?|publisher['’]s note",
    re.I,
)
NO_TITLE = re.compile(
    r"open access|citation|copyright|©|key ?words|index terms|article (?:info|history)|correspond|edited by|reviewed by"
    r"|received|accepted|published|publish |author details|(?:how to )?cite |to cite|doi|https?:|www\.|e-?mail"
    r"|(?:\w+ )?editor\b|specialty section|original (?:article|research|paper)|research article|review(?: article)?$"
    r"|full paper|contents$|highlights$|check for updates|orcid|submit your|this article",
    re.I,
)
# "Theorem 2.1. Let …": set as titles are, its words too.
STATEMENT = re.compile(
    r"(?:theorem|lemma|corollary|proposition|definition|assumption|conjecture|claim|proof|remarks?|example|axiom"
    r"|th[eé]or[eè]me|lemme|corollaire|d[eé]finition|preuve|satz|beweis)\b[\s.]*(?:\(?[A-Z]?\d|$)",
    re.I,
)


def name_of(title: str) -> str:
    """A title without its number and closing punctuation."""
    return NUMBER.sub("", title).strip(" .:—–")


def is_known(name: str) -> bool:
    """Whether many papers have a section of this name."""
    return any(names.fullmatch(name) for names in (MAIN, ABSTRACT, PART, BACK_MATTER))


def depth_of(title: str) -> int:
    """The depth of a title's decimal number: 2 for "3.1 Samples" and "A.2. Proofs"; 0 for other numbers or none."""
    number = NUMBER.match(title)
    decimal = _DECIMAL.fullmatch(number["number"]) if number else None
    return decimal.group().rstrip(".").count(".") + 1 if decimal else 0


def in_capitals(title: str) -> bool:
    """Whether a title is set in capitals; an acronym is not."""
    name = NUMBER.sub("", title)
    return len(name) > 5 and name.isupper()
