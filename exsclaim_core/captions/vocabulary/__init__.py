"""The project's vocabularies of techniques, structures and materials, written for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from exsclaim_core.captions.term_matching import Form, TermIndex, Trust, make_form, pieces_of

VocabularyName = Literal["techniques", "structures", "materials"]
VOCABULARIES: tuple[VocabularyName, ...] = get_args(VocabularyName)

# The instrument, its pictures and its curves say the same as the method.
_ENDINGS = {
    "microscopy": ("microscope", "microscopic", "micrograph", "microscopy image", "microscope image"),
    "spectroscopy": ("spectroscopic", "spectrum", "spectrometer", "spectrometry", "spectra"),
    "spectrometry": ("spectrometric", "spectrometer", "spectrum"),
    "diffraction": ("diffractogram", "diffractometer", "diffraction pattern"),
    "voltammetry": ("voltammogram", "voltammetric"),
    "chromatography": ("chromatogram", "chromatographic"),
    "calorimetry": ("calorimeter", "calorimetric", "thermogram"),
    "tomography": ("tomogram", "tomographic"),
    "ellipsometry": ("ellipsometer", "ellipsometric"),
    "imaging": ("image",),
    "lithography": ("lithographic", "lithographically"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A term of a vocabulary, without its forms."""

    term: str
    family: str
    support: frozenset[str]  # words beside an unsure form that make it sure
    against: tuple[str, ...]  # what makes a doubtful form unsure, in lower case


@dataclass(frozen=True)
class Vocabulary:
    """Terms with all their forms, ready to be found; `Form.group` is the place of the form's entry."""

    entries: tuple[Entry, ...]
    index: TermIndex


@cache
def vocabulary(name: VocabularyName) -> Vocabulary:
    """One of the vocabularies, built once a process."""
    given = json.loads((files(__package__) / f"{name}.json").read_text(encoding="utf-8"))
    support = {family: frozenset(_keys(words)) for family, words in given["support"].items()}
    entries = tuple(
        Entry(
            entry["term"],
            entry["family"],
            frozenset(_keys(entry["support"])) if "support" in entry else support.get(entry["family"], frozenset()),
            tuple(entry.get("against", ())),
        )
        for entry in given["terms"]
    )
    forms = [form for group, entry in enumerate(given["terms"]) for form in _forms(entry, group)]
    return Vocabulary(entries, TermIndex(forms))


@cache
def phrase_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words that alone make no keyword, and those that no phrase begins with."""
    given = json.loads((files(__package__) / "phrase_words.json").read_text(encoding="utf-8"))
    return frozenset(given["general"]), frozenset(given["leading"])


def _keys(words: str) -> list[str]:
    return [piece.key for piece in pieces_of(words)]


def _forms(entry: dict[str, Any], group: int) -> Iterator[Form]:
    own = [] if entry.get("only_forms") else [entry["term"]]
    trusts: tuple[tuple[Trust, list[str]], ...] = (
        ("sure", [*own, *entry["forms"]]),
        ("doubtful", entry.get("doubtful", [])),
        ("unsure", entry.get("unsure", [])),
        ("excluded", entry.get("exclude", [])),
    )
    for trust, texts in trusts:
        for text in texts:
            for spelling in (text, *_derived(text)):
                if form := make_form(spelling, entry["term"], trust, group):
                    yield form


def _derived(text: str) -> Iterator[str]:
    for ending, others in _ENDINGS.items():
        if text.endswith(ending):
            stem = text[: -len(ending)]
            # "X-ray microscopic image", but "spectrum" alone is no technique.
            if stem.strip():
                yield from (stem + other for other in others)
