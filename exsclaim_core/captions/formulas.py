"""Chemical formulas and symbols of elements in a caption, by their pattern and by what can stand for a substance.

Captions are full of names that read like formulas: genes ("HSP70", "OsPIN1"), cells ("PC3", "C2C12"), histones
("H3K27"), panels ("C") and words ("In"). A formula is taken only where chemistry would write it so; a bare symbol that
is a word, too, only where something beside it speaks for the element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from exsclaim_core.captions.elements import (
    COMPLETE,
    ELEMENT_NAMES,
    METALS,
    MISLEADING,
    SINGLE_LETTER_FORMULA,
    SINGLE_LETTER_RUNS,
    SUPPORT_AFTER,
    SUPPORT_BEFORE,
    SURE_SYMBOLS,
    UNSUPPORTED_ALONE,
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A substance of a caption by its formula or symbol."""

    start: int  # in the caption, characters
    end: int
    term: str  # the formula in plain letters and digits, or the element's name: "Fe2O3" for "Fe 2 O 3", "gold" for "Au"


# Character by character, so that places stay what they are.
_PLAIN = str.maketrans(
    "₀₁₂₃₄₅₆₇₈₉ₓ⁰¹²³⁴⁵⁶⁷⁸⁹₊₋⁺⁻−‒‐‑–\u00a0\u2009\u202f\u2002",
    "0123456789x0123456789+-+------    ",
)

_SYMBOL = "|".join(sorted(ELEMENT_NAMES, key=lambda symbol: (-len(symbol), symbol)))
_NUMBER = r"(?:\d{1,3}\.\d{1,3}|\d{1,3}(?:/\d)?)"
_COUNT = rf"(?:{_NUMBER}(?:[-+±][xyzδ](?![a-z]))?|[xyz](?![a-z])|δ)"
_ATOM = rf"(?:(?:{_SYMBOL}){_COUNT}?)"
_INNER = rf"\((?:{_ATOM},?)+\){_COUNT}?"
_GROUP = (
    rf"(?:[(\[](?:{_ATOM}|{_INNER}|,(?=[A-Z]))+[)\]]{_COUNT}|\[(?:{_ATOM}|{_INNER})+\]"
    rf"|\((?:{_SYMBOL})(?:,(?:{_SYMBOL}))+\){_COUNT}?|\((?:{_ATOM}){{2,}}\)(?=[A-Z]))"
)
# Ligands by their abbreviation; the count tells "Eu(tta)3" from "Ni(top)".
_LIGAND = r"\((?:[a-z]{2,6}|OAc|Ac|OTf|[A-Z]{2,5})\)\d"
_WATER = r"(?:[·•⋅∙]\d*(?:\.\d+)?H2O)"
# Polymorphs, polytypes, and how a semiconductor is doped: γ-Fe2O3, 2H-MoS2, a-Si, g-C3N4.
_PREFIX = r"(?:(?:[α-ω]['′]?|alpha|beta|gamma|delta|[1-9][0-9]?[HTRCM]['′]?|[acghmnoprt])-)"
_UNIT = rf"(?:MA|FA|Cs)?(?:{_ATOM}|{_GROUP}|{_LIGAND})+(?:Tx)?{_WATER}?"
# "Cu" in "Cu-Ni" is a unit of its own; a letter, digit or apostrophe beside it makes it part of something else.
_FORMULA = re.compile(
    rf"(?<![\w.'’])(?P<prefix>{_PREFIX})?(?P<body>{_UNIT})(?P<charge>\d?\+(?![\w+])|\d?-(?![\w-]))?(?![\w'’])"
)
# The charge of an ion; a hyphen for a minus is one at the end of a word only.
_ION = re.compile(
    r"(?:(?:H|Li|Na|K|Rb|Cs|Ag|Cu|Au|Tl|NH4|H3O)\+|(?:[A-Z][a-z]?)[2-6]\+"
    r"|(?:F|Cl|Br|I|OH|I3|NO[23]|ClO4|HCO3|H2PO4|BF4|PF6|MnO4|SCN|CN|O2)-|(?:SO4|CO3|HPO4|O|S|Se|SO3|CrO4|MoO4|WO4)2-|PO43-|N3-)"
)
_SPACED = re.compile(
    rf"(?<![\w.\-'’])(?:{_PREFIX})?(?:(?:{_SYMBOL}){{1,4}}|\((?:{_SYMBOL}){{1,3}}\))"
    rf"(?: ?{_NUMBER} ?(?:(?:{_SYMBOL}){{1,3}}|\((?:{_SYMBOL}){{1,3}}\)))*(?: {_NUMBER})?(?![\w'’.]\w|[\w'’])"
)
_SPACED_START = re.compile(r"[A-Za-z)] \d")
# What a number may count or measure besides atoms.
_UNIT_BEHIND = re.compile(
    r"\s*[-(]?\s*(?:[nµμmck]?m(?:ol|in|V|A|g|L|M)?|[nµμm]?M|wt|at|vol|%|°|h|s|d|K|V|A|g|kV|eV|Å|ppm|hours?|days?|cycles?"
    r"|times|[x×]|to|and \d|layers?|samples?|[spdf])\b|\s*[-–/,:=]\s*\d|\s*[%°]"
)
_ALLOY = re.compile(rf"(?<![\w-])(?:{_SYMBOL})(?:-\d{{1,2}}(?:\.\d+)?(?:(?:at|wt)?\.?%)? ?(?:{_SYMBOL}))+(?![\w'’])")
# A metal or compound before an abbreviation of its form: "AgNPs", "ZnONPs".
_WITH_FORM = re.compile(rf"(?<![\w])(?P<body>(?:{_ATOM})+?)(?=(?:NP|NR|NW|NC|QD|NS|NT)s?(?!\w))")
_FORM = re.compile(r"N[PRWCST]|QD")  # most captions hold none of these forms
_LIST_GAP = re.compile(r"(?:\s*[,/&–-]\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+|\s+\+\s+)")
_PERSON_BEFORE = re.compile(r"(?:\b[A-Z]\.[ -]?|\bet\s)$")
_PERSON_BEHIND = re.compile(r"\s+et al|,\s+[A-Z]\.|\s+and\s+[A-Z][a-z]{3,}\s+\(?(?:19|20)\d\d|\s+\(?(?:19|20)\d\d\b")
_VARIABLE = re.compile(r"(?<!\w)([A-Z][a-z]?)\s*=\s*[-\d.]")
_VARIABLE_BEHIND = re.compile(r"\s*[=<>≈~≥≤]|\.\s*[a-z\d]")


def find_formulas(text: str) -> list[Formula]:
    """Formulas and symbols of elements in a text, in order of place, without overlaps."""
    plain = text.translate(_PLAIN)
    found = _compounds(plain)
    found += _elements(plain, found)
    return _joined(plain, sorted(found, key=lambda one: one.start))


def _compounds(plain: str) -> list[Formula]:
    found: list[Formula] = []
    taken = 0
    spaced = [(m.start(), m.end(), m) for m in _SPACED.finditer(plain)] if _SPACED_START.search(plain) else []
    for start, end, match in spaced:
        if (term := _spaced_formula(plain, match)) is not None:
            end = match.start() + len(term[1])
            found.append(Formula(start, end, term[0]))
    for match in _ALLOY.finditer(plain):
        found.append(Formula(*match.span(), match.group()))
    covered = [(one.start, one.end) for one in found]
    for match in _FORMULA.finditer(plain):
        if match.start() < taken or any(start < match.end() and match.start() < end for start, end in covered):
            continue
        if formula := _judged(plain, match):
            found.append(formula)
            taken = formula.end
    for match in _WITH_FORM.finditer(plain) if _FORM.search(plain) else ():
        body = match["body"]
        if body in SURE_SYMBOLS:
            found.append(Formula(*match.span(), ELEMENT_NAMES[body]))
        elif is_formula(body):
            found.append(Formula(*match.span(), body))
    return found


def _judged(plain: str, match: re.Match[str]) -> Formula | None:
    body, prefix, charge = match["body"], match["prefix"] or "", match["charge"] or ""
    start, end = match.span()
    if charge and _ION.fullmatch(body + charge) and not prefix:
        return Formula(start, end, body + charge)
    if charge.endswith("+"):
        return None
    if charge:
        # The digit before a hyphen that ends a word is a count: "TiO2- and ZnO-based".
        end = match.end("body")
        if charge[0].isdigit():
            body, end = body + charge[0], end + 1
    if body in ELEMENT_NAMES:
        # "a-Si" is sure; "p-C" and "a-C" may be ranges of panels.
        return Formula(start, end, prefix + body) if prefix and body in SURE_SYMBOLS else None
    if body in UNSUPPORTED_ALONE:
        evidence = UNSUPPORTED_ALONE[body]
        supported = prefix or evidence.search(plain)
        return Formula(start, end, prefix + body) if supported else None
    if not is_formula(body):
        return None
    if body in ("H2", "O2", "N2", "I2") and re.search(rf"\b{body[0]}[013]\b", plain):
        return None  # one of a series of names
    if body == "C2H2" and re.match(r"[- ](?:type|zinc|Z)", plain[end : end + 6]):
        return None  # a zinc finger
    if plain[:start].endswith("SARS-") or (body == "CaCo2" and prefix == ""):
        return None
    return Formula(start, end, prefix + body)


_ATOM_PARTS = re.compile(rf"({_SYMBOL})({_COUNT})?")


@lru_cache(maxsize=1 << 14)
def is_formula(body: str) -> bool:
    """Whether chemistry would write a substance so: "LiFePO4", "Ni3Al", "H2SO4", and not "HSP70", "PC3", "NaN"."""
    if body in MISLEADING:
        return False
    bare = re.sub(_LIGAND, "", re.split("[·•⋅∙]", body)[0]).removesuffix("Tx")
    hybrid = re.match(r"(?:MA|FA)(?=Pb|Sn)", bare)
    if hybrid:
        bare = bare[2:]
    atoms = [(match[1], match[2] or "") for match in _ATOM_PARTS.finditer(bare)]
    if not atoms:
        return False
    symbols = [symbol for symbol, _ in atoms]
    kinds = set(symbols)
    if len(kinds) == 1:
        return _is_pure(bare, body, symbols[0])
    if all(len(symbol) == 1 for symbol in kinds):
        return SINGLE_LETTER_FORMULA.fullmatch(bare) is not None
    if not _counts_are_plausible(atoms) or not _runs_are_known(bare):
        return False
    if kinds & {"He", "Ne", "Kr", "Rn", "Os"} and bare not in ("OsO4", "KrF"):
        return False
    # Oxides, halides and nitrides name the metal first; alloys hold no such thing.
    last = symbols[-1]
    ends_in_metal = last in METALS
    if ends_in_metal and kinds & {"O", "F", "Cl", "Br", "I", "N", "H", "S"} and "(" not in bare and "[" not in bare:
        return False
    if symbols[0] in {"O", "F", "I", "P"} and not kinds & {"Cl", "Br"}:
        return False
    # Genes end so ("SbCN12", "SmC4H"), compounds of metals don't.
    return not (symbols[0] in METALS and re.search(r"(?:C\d?H|H\d?B|[CN]\d\d)$", bare))


def _is_pure(bare: str, body: str, symbol: str) -> bool:
    """Whether one element with a count is a substance: molecules, fullerenes, clusters of noble metals, complexes."""
    if bare != body:
        return symbol in METALS  # with ligands or water
    return bool(re.fullmatch(r"H2|O2|N2|Cl2|Br2|S8|C60|C70|C84|(?:Au|Ag|Pt|Pd)\d{2,3}", bare))


def _counts_are_plausible(atoms: list[tuple[str, str]]) -> bool:
    numbers = [float(count) for _, count in atoms if re.fullmatch(r"\d+(?:\.\d+)?", count)]
    if atoms[-1][1] == "1" and all(count in ("", "1") for _, count in atoms):
        return False  # "TaC1" is a name with a number
    return all(number <= 40 for number in numbers) or 90 <= sum(numbers) <= 110 or "." in "".join(c for _, c in atoms)


def _runs_are_known(bare: str) -> bool:
    """Whether every run of one-letter symbols is one that chemistry knows: "SO" in "MnSO4", not "PIN" in "OsPIN1"."""
    return all(run in SINGLE_LETTER_RUNS for run in _runs(bare))


def _runs(bare: str) -> list[str]:
    runs, run = [], ""
    for match in _ATOM_PARTS.finditer(bare):
        symbol, count = match[1], match[2]
        beside = bare[match.start() - 1 : match.start()] not in (")", "(", "[", "]", ",") if match.start() else True
        if len(symbol) > 1 or not beside:
            if len(run) > 1:
                runs.append(run)
            run = symbol if len(symbol) == 1 else ""
        else:
            run += symbol
        if count:
            if len(run) > 1:
                runs.append(run)
            run = ""
    return [*runs, run] if len(run) > 1 else runs


def _spaced_formula(plain: str, match: re.Match[str]) -> tuple[str, str] | None:
    """A formula whose counts web pages set apart ("Fe 2 O 3"), and as it stands.

    None where its numbers may count or measure something else.
    """
    whole = match.group().rstrip()
    if " " not in whole or " (" in whole:
        return None
    body = whole.replace(" ", "")
    ends_in_number = whole[-1].isdigit()
    if ends_in_number and _UNIT_BEHIND.match(plain, match.start() + len(whole)):
        return None
    prefix = re.match(_PREFIX, body)
    core = body[prefix.end() :] if prefix else body
    symbols = re.findall(_SYMBOL, core)
    numbers = re.findall(_NUMBER, core)
    # One number behind a compound may count or measure: only small ones, and only where the compound needs it.
    if len(numbers) == 1 and ends_in_number and (numbers[0] not in ("2", "3", "4", "5") or symbols[-1] in METALS):
        return None
    if len(set(symbols)) < 2 or not is_formula(core):
        return None
    before = core[: -len(numbers[-1])] if ends_in_number and numbers else ""
    if len(numbers) == 1 and before and before in COMPLETE:
        return None
    return body, whole


_BARE_SYMBOL = re.compile(rf"(?<![\w.'’@+])({_SYMBOL})(?![\w'’+]|-[A-Z\d]{{2,}}\d|\.[A-Za-z])")


def _elements(plain: str, compounds: list[Formula]) -> list[Formula]:
    """Symbols that stand alone, where they are elements."""
    candidates = [
        match
        for match in _BARE_SYMBOL.finditer(plain)
        if not any(one.start < match.end() and match.start() < one.end for one in compounds)
    ]
    if not candidates:
        return []
    variables = set(_VARIABLE.findall(plain))
    candidates = [match for match in candidates if match[1] not in variables]
    inside = {symbol for one in compounds for symbol in re.findall(_SYMBOL, one.term) if len(symbol) > 1}
    sure = [_is_sure(plain, match, inside) for match in candidates]
    # A list with a sure element is one of elements: "Fe, O and C".
    for order in (range(len(candidates)), range(len(candidates) - 1, -1, -1)):
        previous: int | None = None
        for at in order:
            if sure[at] is None and previous is not None and sure[previous]:
                one, two = sorted((previous, at))
                between = plain[candidates[one].end() : candidates[two].start()]
                if _LIST_GAP.fullmatch(between) and _may_be_listed(plain, candidates[at]):
                    sure[at] = True
            previous = at
    return [
        Formula(*match.span(), ELEMENT_NAMES[match[1]])
        for match, is_one in zip(candidates, sure, strict=True)
        if is_one
    ]


def _is_sure(plain: str, match: re.Match[str], inside: set[str]) -> bool | None:
    """Whether a symbol is an element: yes, no, or not to be said without its neighbours."""
    symbol, (start, end) = match[1], match.span()
    if _PERSON_BEFORE.search(plain, max(0, start - 4), start) or _PERSON_BEHIND.match(plain, end):
        return False
    if _VARIABLE_BEHIND.match(plain, end):
        return False
    supported = SUPPORT_AFTER.match(plain, end) is not None
    if len(symbol) == 1:
        # "C 1s" and "O K-edge"; "H atoms". A bracket before it makes it a panel: "(C) atoms".
        return True if supported and _orbital_or_atom(plain, end) else None
    if symbol == "Hg" and plain[:start].endswith("mm"):
        return False
    if symbol in SURE_SYMBOLS or symbol in inside:
        return True
    return True if supported or SUPPORT_BEFORE.search(plain, max(0, start - 30), start) else None


_ORBITAL = re.compile(r" ?(?:1 ?s|[2-5] ?[spdf])(?:\d/\d)?(?![\w])| ?-?[KLM](?:[- ](?:edge|shell|line)|[αβ])| atoms?\b")


def _orbital_or_atom(plain: str, end: int) -> bool:
    return _ORBITAL.match(plain, end) is not None


def _may_be_listed(plain: str, match: re.Match[str]) -> bool:
    # "(C, Fe)" could be anything; "In, Ga" is a list, "Fe, In the" is none.
    if match[1] in ("In", "As", "No", "At", "Be", "He", "I", "Am"):
        return not re.match(r"\s+[a-z]", plain[match.end() : match.end() + 3]) or bool(
            SUPPORT_AFTER.match(plain, match.end())
        )
    return True


def _joined(plain: str, found: list[Formula]) -> list[Formula]:
    """Substances that "@" or a hyphen joins as one: "Fe3O4@SiO2", "Au-Ag"."""
    joined: list[Formula] = []
    for one in found:
        if joined and one.start < joined[-1].end:
            continue
        if joined and plain[joined[-1].end : one.start] in ("@", "-") and "+" not in joined[-1].term:
            before = joined.pop()
            one = Formula(before.start, one.end, re.sub(r"\s", "", plain[before.start : one.end]))
        joined.append(one)
    return [_with_shell(plain, one) for one in joined]


def _with_shell(plain: str, one: Formula) -> Formula:
    """With a shell whose symbol alone would say nothing: "SnO2@C"."""
    match = re.compile(r"@(?:C|N-?C|NC|rGO|GO|CNTs?|PDA|PPy|PANI)(?!\w)").match(plain, one.end)
    if not match:
        return one
    return Formula(one.start, match.end(), re.sub(r"\s", "", plain[one.start : match.end()]))
