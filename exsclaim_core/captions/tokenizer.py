"""Words of scientific captions: numbers and their units, formulas, panel letters, references, abbreviations.

The rules follow the treebank that the parser learns from (Universal Dependencies, GUM), which cuts "high-resolution"
into three words and leaves "cross-sectional" whole; those for formulas, numbers and labels are the project's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

# A dot belongs to these. "Al." and "Ca." at the end of a sentence are metals; "min." and "Co." are words there too.
ABBREVIATIONS = (
    r"al|ca|arb|Ms|(?i:approx|cf|eds?|eqn?s?|etc|expt?|ext|figs?|inc|ltd|mt|prof|refs?|resp|sect|spp|ssp|st|subsp|suppl?"
    r"|viz|vol|vs|dr|mrs?|jr|dept)"
)
# And to these where a number or a percent sign follows.
_BEFORE_NUMBERS = re.compile(r"[(\[]*(?i:nos?|pp?|ch|chap|sec|tab|at|wt|vol|mol|scheme)\.")
_REFERENCE = re.compile(r"[(\[]*(?i:figures?|figs?\.?|tables?|tabs?\.|schemes?|refs?\.?|plates?|panels?)")

ELEMENTS = (
    "A[cglmrstu]|B[aehikr]?|C[adeflmnorsu]?|D[bsy]|E[rsu]|F[elmr]?|G[ade]|H[efgos]?|I[nr]?|Kr?|L[airuv]|M[dgnot]"
    "|N[abdeiop]?|Os?|P[abdmortu]?|R[abe-hnu]|S[bcegimnr]?|T[abcehilm]|U|V|W|Xe|Yb?|Z[nr]"
)
_COUNT = r"(?:[\d₀-₉]+(?:\.[\d₀-₉]+)?)"
_ATOMS = rf"(?:(?:{ELEMENTS}){_COUNT}?)"
# Brackets stay inside a formula when a count follows or when they hold a valency or a plane: Cu(OH)2, Fe(III), Si(111).
_GROUP = rf"(?:\({_ATOMS}+\){_COUNT}|(?<=[a-zA-Z])\((?:[IV]{{1,3}}|[01]?\d{{2,3}})\))"
FORMULA = re.compile(rf"(?:{_ATOMS}|{_GROUP})+")

# Units that stand right behind a number. "5A" and "2D" are names; "1s" and "3d" are orbitals, "1960s" is a decade.
_UNITS = (
    r"[nμµumckdp]m|Å|[kmMGμµ]?V|[kmMG]?eV|[kmnμµ]A|°[CF]?|º[CF]?|℃|%|K|[mμµunpf]s|sec|min|hrs?|[kMGT]?Hz|[mμµun]?[lL]"
    r"|[kmμµun]g|[mμµunp]?M|[mμµun]?mol|[kM]?Da|[kmMμµ]?W|[mk]?T|[kMGhm]?Pa|m?bar|Torr|rpm|dB|pp[mbt]|[kM]?bp|kb|[km]?J"
    r"|k?Oe|[kM]?Ω|wt|at|vol|fold|[x×]|[mgh]|(?<=[\d.]\d)(?<!\d{4})[sd]"
)
_EXPONENT = r"(?:\^?[-−–]?\d+|[⁻⁺]?[⁰¹²³⁴-⁹]+)"
_POWER = rf"(?:[×x·*]10{_EXPONENT}|(?<=10)(?<!\d10)(?:\^[-−–]?\d+|−\d+|⁻?[⁰¹²³⁴-⁹]+)|[eE][-−+]\d+)"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)*|\.\d+){_POWER}?(?!\.\d)"
_UNIT_WITH_EXPONENT = re.compile(rf"(?:{_UNITS}|s|mol)[-−–]\d")
_SIGN = r"(?:(?<![\w)\]%°'’′])[-−–])?"
_PART = r"[\w\u0300-\u036f]+"
_JOINT = r"(?:[-‐‑@&'’]|·(?=\d)|(?<=\d)\.(?=\d)|\.(?=(?:com|org|net|edu|gov)(?!\w)))"


def _pattern(units: str) -> re.Pattern[str]:
    alternatives = (
        r"(?:https?://|www\.|doi\.org/)\S*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}",
        # e.g., a.u, U.S., Ph.D.
        r"(?<!\w)(?:(?:Ph|M\.Sc)\.D?\.|(?:[A-Za-z]\.){2,}(?!\w)|[A-Za-z]\.[A-Za-z](?!\w))",
        rf"(?<!\w)(?:{ABBREVIATIONS})\.(?!\.)",
        r"(?<![^\W\d])(?:at|wt|vol|mol)\.?%",
        # Ratios that are one word each, and dimensions.
        r"(?<!\w)(?:[wvm]/[wvz]|w/o|s/he|[nN]/[aA]|\d-D)(?!\w)",
        # Labels with primes: b', c′.
        r"(?<!\w)[A-Za-z]\d?['’′″‴]+(?!\w)",
        r"(?<!\w)\d+(?:(?::\d+)+|/\d+)(?!\w)",
        rf"{_SIGN}(?<![^\W\d_]){_NUMBER}(?:(?!\w)|(?=(?:{units})[23²³⁻¹]*(?!\w)))",
        # A range of panels in brackets; elsewhere "I-V" and "C-H" are words.
        r"(?<=[(,\[])(?![IJC]-V)[A-Z](?=-[A-Z][),\]])",
        # Units with exponents: cm−1, s-1.
        rf"(?<![^\W\d]){_UNIT_WITH_EXPONENT.pattern}(?!\w)",
        rf"(?<!\w)(?:\w-)?{_ATOMS}*{_GROUP}(?:{_ATOMS}|{_GROUP})*(?!\w)",
        rf"{_PART}(?:{_JOINT}{_PART})*(?:(?<=[A-Z\d])\+(?!\w)|(?<=[NK]a)\+|(?<=Li)\+|(?<=Ag)\+)?",
        r"\.{2,}|-{2,}|\*+|[°º][CF](?!\w)",
        r".",
    )
    return re.compile("|".join(alternatives), re.DOTALL)


_TOKEN = _pattern(_UNITS)
# "Fig. 2m" is a panel and no length.
_TOKEN_AFTER_REFERENCE = _pattern(r"(?!)")

# The treebank leaves these prefixes at their words.
_PREFIX = re.compile(
    r"(?i:anti|bi|co|counter|cross|cryo|e|ex|in(?:tra|ter)|macro|meso|micro|mid|mini|multi|nano|non|pan|para|poly|post|pre"
    r"|pro|pseudo|quasi|re|semi|sub|super|supra|tri|ultra|un|uv)"
)
_CLITIC = re.compile(r"(?i:n['’]t|['’](?:s|re|ve|ll|d|m))$")
_PLAIN_WORD = re.compile(r"[^\W\d_]*[a-z][^\W\d_]*")
_CHUNKS = re.compile(r"\S+|\s+")


def split_words(text: str) -> list[str]:
    """The words of a text in their order, without the white space between them."""
    return [word for chunk, *context in _chunks(text) for word in _split_chunk(chunk, *context)]


def _chunks(text: str) -> list[tuple[str, bool, bool]]:
    """What stands between white space, each with whether a reference stands before it and a number behind it."""
    chunks = text.split()
    followers = (chunk[0].isdigit() or chunk[0] == "%" for chunk in chunks[1:])
    references = (_REFERENCE.fullmatch(chunk) is not None for chunk in chunks)
    return list(zip(chunks, chain((False,), references), chain(followers, (False,)), strict=False))


# Captions repeat their words: two of three chunks are found here.
@lru_cache(maxsize=1 << 16)
def _split_chunk(chunk: str, after_reference: bool, before_number: bool) -> tuple[str, ...]:
    if chunk.isalpha() and chunk.isascii() and chunk not in ("cannot", "Cannot"):
        return (chunk,)
    pattern = _TOKEN_AFTER_REFERENCE if after_reference else _TOKEN
    words = [word for match in pattern.finditer(chunk) for word in _split_word(match.group())]
    if before_number and words[-1] == "." and _BEFORE_NUMBERS.fullmatch(chunk):
        words[-2:] = [words[-2] + "."]
    return tuple(words)


def _split_word(word: str) -> list[str]:
    if not word[0].isalpha() and not word[-1].isalpha():
        return [word]
    if word in ("cannot", "Cannot"):
        return [word[:3], word[3:]]
    if "://" in word or ("@" in word and "." in word) or _UNIT_WITH_EXPONENT.fullmatch(word):
        return [word]
    if (clitic := _CLITIC.search(word)) and clitic.start():
        return [*_split_at_hyphens(word[: clitic.start()]), clitic.group()]
    return _split_at_hyphens(word)


def _split_at_hyphens(word: str) -> list[str]:
    """Cut "time-resolved" and "Al2O3-coated"; leave "HAADF-STEM", "γ-Fe2O3", "X-ray", "Au-Ag", "non-linear" whole."""
    if "-" not in word[1:-1]:
        return [word]
    parts = word.split("-")
    pieces = [parts[0]]
    for left, right in pairwise(parts):
        # "b-g" is a range of panels.
        letters = len(left) == len(right) == 1 and left.isascii() and right.isascii() and left.islower()
        plain = any(_PLAIN_WORD.fullmatch(part) and not FORMULA.fullmatch(part) for part in (left, right))
        whole = len(left) == 1 or _PREFIX.fullmatch(left) or left[-1:] in "'’′"
        if letters or (plain and not whole):
            pieces += ["-", right]
        else:
            pieces[-1] += "-" + right
    return [piece for piece in pieces if piece]


class CaptionTokenizer:
    """Texts as spaCy's documents of caption words; `doc.text` is the text as it was given."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        chunks = iter(_chunks(text))
        for run in _CHUNKS.findall(text):
            if not run[0].isspace():
                pieces = _split_chunk(*next(chunks))
                words += pieces
                spaces += [False] * len(pieces)
                continue
            # One blank belongs to the word before it; other white space is a word of its own, as everywhere in spaCy.
            rest = run
            if words and run[0] == " ":
                spaces[-1] = True
                rest = run[1:]
            if rest:
                words.append(rest)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> CaptionTokenizer:
        return self

    def to_disk(self, _path: str | Path, **_: Any) -> None:
        """Nothing: the rules are code."""

    def from_disk(self, _path: str | Path, **_: Any) -> CaptionTokenizer:
        return self


@registry.tokenizers("exsclaim.CaptionTokenizer.v1")  # type: ignore[untyped-decorator]  # catalogue's has no types
def create_caption_tokenizer() -> Callable[[Language], CaptionTokenizer]:
    """What makes the tokenizer of a pipeline, under the name by which a spaCy configuration asks for it."""
    return lambda nlp: CaptionTokenizer(nlp.vocab)
