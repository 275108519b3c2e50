"""Universal word classes and base forms out of Penn tags and relations: a component of the caption pipeline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc
from thinc.types import Ints2d

EXCEPTIONS_FILE = "exceptions.json"

_MOST_KNOWN = 1 << 16

_CLASSES = {
    **dict.fromkeys(("NN", "NNS"), "NOUN"),
    **dict.fromkeys(("NNP", "NNPS"), "PROPN"),
    **dict.fromkeys(("JJ", "JJR", "JJS"), "ADJ"),
    **dict.fromkeys(("RB", "RBR", "RBS", "WRB"), "ADV"),
    **dict.fromkeys(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"), "VERB"),
    **dict.fromkeys(("PRP", "PRP$", "WP", "WP$", "WDT", "EX"), "PRON"),
    **dict.fromkeys((".", ",", ":", "-LRB-", "-RRB-", "``", "''", "HYPH", "NFP"), "PUNCT"),
    **dict.fromkeys(("DT", "PDT"), "DET"),
    **dict.fromkeys(("SYM", "$", "#"), "SYM"),
    **dict.fromkeys(("IN", "RP"), "ADP"),
    **dict.fromkeys(("TO", "POS"), "PART"),
    "MD": "AUX",
    "CC": "CCONJ",
    "CD": "NUM",
    "UH": "INTJ",
    "_SP": "SPACE",
}
TAGS = (*_CLASSES, "LS", "FW")
"""Penn tags that a caption may have, with spaCy's for white space."""

# Where the relation says more than the tag.
_CLASSES_IN_RELATION = {
    **{
        (tag, relation): "AUX"
        for tag in ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ")
        for relation in ("aux", "aux:pass", "cop")
    },
    ("IN", "mark"): "SCONJ",
    ("WRB", "mark"): "SCONJ",
    ("TO", "case"): "ADP",
    ("WDT", "det"): "DET",
    **{
        ("DT", relation): "PRON"
        for relation in ("nsubj", "nsubj:pass", "obj", "obl", "nmod", "conj", "ROOT", "appos", "nsubj:outer", "ccomp")
    },
}

# Plurals of Greek and Latin words that captions are full of; what else is irregular comes from the treebank.
_PLURALS = {
    **{f"{stem}a": f"{stem}um" for stem in ("spectr", "strat", "medi", "maxim", "minim", "optim", "quant", "bacteri")},
    **{f"{stem}es": f"{stem}is" for stem in ("ax", "analys", "hypothes", "synthes", "electrolys", "hysteres", "bas")},
    **{f"{stem}i": f"{stem}us" for stem in ("nucle", "radi", "loc", "foc", "stimul", "fung", "calcul", "modul")},
    **{f"{stem}ices": f"{stem}ix" for stem in ("matr", "hel", "append")},
    **{"vertices": "vertex", "indices": "index", "phenomena": "phenomenon", "criteria": "criterion"},
    **{"children": "child", "men": "man", "women": "woman", "feet": "foot", "teeth": "tooth", "mice": "mouse"},
    **{word: word for word in ("data", "series", "species", "lens", "gas", "bias", "means", "apparatus", "axis")},
    **{"lenses": "lens", "gases": "gas", "biases": "bias"},
}
_ENDS_WITH_E = re.compile(
    r"(?:[cvzu]|[^s]s|[^aeo]at|[^aeo][au]t|(?:[xn]c|gn|un|[^p]r)it|[^e]ar|[^a]ir|[^o]ur|[^ao]in|[^ao][iu]d|[^o]ad|[lnrd]g"
    r"|[^e][ai]g|[^aeiourlw]l|[^ao]il|[^ao]ul|[^o]um|[^n]un|[^eo]ak|[^eo]ok|[^l]yp|dop|scal|[^eo]ap|[^a]lut|not|vok|plor"
    r"|stor|scop|mov)$"
)


def word_class(tag: str, relation: str, form: str) -> str:
    """The universal class of a word (UPOS)."""
    if tag == "RB" and form.lower() in ("not", "n't", "n’t"):
        return "PART"
    if tag == "NN" and form in ("%", "°", "°C"):
        return "SYM"
    return _CLASSES_IN_RELATION.get((tag, relation)) or _CLASSES.get(tag, "X")


@lru_cache(maxsize=1 << 16)
def regular_base_form(form: str, tag: str) -> str:
    """The base form by rules: "nanoparticles" as a plural noun gives "nanoparticle", "HAADF" stays."""
    # Formulas, techniques and names are what they are; only a word's first letter may be that of a sentence.
    if not form[1:].islower() or tag.startswith("NNP"):
        return (
            form.lower() if form.isalpha() and len(form) == 1 and tag in ("DT", "PRP") else _plural_of_name(form, tag)
        )
    word = form.lower()
    if tag == "NNS":
        return _singular(word)
    if tag == "VBZ":
        return _singular(word)
    if tag in ("VBG", "VBD", "VBN"):
        ending = "ing" if tag == "VBG" else "ed"
        return _without_ending(word, ending) if word.endswith(ending) else word
    return word


def _plural_of_name(form: str, tag: str) -> str:
    # "TEMs" and "MOFs"
    return form[:-1] if tag in ("NNS", "NNPS") and re.fullmatch(r".*[A-Z\d]s", form) else form


def _singular(word: str) -> str:
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:[sx]|ch|sh|zz|[^o]o)es$", word) and not re.search(r"(?:[^si]s|ach|us|ys)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_ending(word: str, ending: str) -> str:
    stem = word[: -len(ending)]
    if not re.search(r"[aeiouy]", stem):
        return word
    if ending == "ed" and stem.endswith("i"):
        return stem[:-1] + "y"
    if re.search(r"([bdfgkmnprtl])\1$", stem) and not re.search(r"[^l]ll$|^.?[aeiou](?:dd|ff)$", stem):
        return stem[:-1]
    return stem + "e" if _ENDS_WITH_E.search(stem) else stem


class WordForms:
    """Component that sets `pos_` and `lemma_` from tags and relations.

    `exceptions` are base forms that the rules would miss: "form|tag" in lower case to the base form.
    """

    def __init__(self, exceptions: dict[str, str] | None = None) -> None:
        self.exceptions = exceptions or {}
        # Captions repeat their words: three of four are found here, by spaCy's numbers for form, tag and relation.
        self._known: dict[tuple[int, int, int], tuple[int, str]] = {}

    def __call__(self, doc: Doc) -> Doc:
        known, strings = self._known, doc.vocab.strings
        found = []
        for form, tag, relation in doc.to_array(["ORTH", "TAG", "DEP"]).tolist():
            key = (form, tag, relation)
            entry = known.get(key)
            if entry is None:
                entry = known[key] = self._word(strings[form], strings[tag], strings[relation])
            found.append((entry[0], strings.add(entry[1])))
        if len(known) > _MOST_KNOWN:
            known.clear()
        # All at once: to write word by word takes four times as long.
        doc.from_array(["POS", "LEMMA"], cast(Ints2d, np.array(found, dtype=np.uint64).reshape(-1, 2)))
        return doc

    def _word(self, form: str, tag: str, relation: str) -> tuple[int, str]:
        """The class of a word as spaCy's number, and its base form."""
        if form.isspace():
            tag = "_SP"
        base = self.exceptions.get(f"{form.lower()}|{tag}") or regular_base_form(form, tag)
        return get_string_id(word_class(tag, relation, form)), base

    def learn(self, words: Iterable[tuple[str, str, str]]) -> None:
        """Keep the base forms that the rules miss, out of (form, tag, base form)."""
        self._known.clear()
        for form, tag, base in words:
            # Names keep their form; the treebank writes them with a capital.
            word = form.replace("'", "").replace("’", "").isalpha()
            if word and not tag.startswith("NNP") and regular_base_form(form, tag).lower() != base.lower():
                self.exceptions.setdefault(f"{form.lower()}|{tag}", base.lower())

    def to_disk(self, path: str | Path, **_: Any) -> None:
        folder = Path(path)
        folder.mkdir(exist_ok=True)
        text = json.dumps(dict(sorted(self.exceptions.items())), ensure_ascii=False, indent=0)
        (folder / EXCEPTIONS_FILE).write_text(text + "\n", encoding="utf-8")

    def from_disk(self, path: str | Path, **_: Any) -> WordForms:
        self._known.clear()
        self.exceptions = json.loads((Path(path) / EXCEPTIONS_FILE).read_text(encoding="utf-8"))
        return self

    def to_bytes(self, **_: Any) -> bytes:
        return json.dumps(self.exceptions).encode()

    def from_bytes(self, data: bytes, **_: Any) -> WordForms:
        self._known.clear()
        self.exceptions = json.loads(data)
        return self


@Language.factory("word_forms", assigns=["token.pos", "token.lemma"], requires=["token.tag", "token.dep"])
def create_word_forms(nlp: Language, name: str) -> WordForms:
    return WordForms()
