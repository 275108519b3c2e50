"""Captions drawn at random with their trees: what running text has too little of.

The words are the project's own (drawn_words.toml), the trees follow Universal Dependencies as the treebank draws them.
They teach techniques, formulas, values with units, and noun phrases whose modifiers share a head and carry letters.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random

from exsclaim_core.captions.drawn_trees import Phrase, as_sentence, case, compound, join, modifier, panel
from exsclaim_core.captions.treebank import ROOT, Sentence, Word

_WORDS = tomllib.loads((Path(__file__).parent / "drawn_words.toml").read_text(encoding="utf-8"))
_UNITS: dict[str, tuple[int, int]] = {unit: tuple(limits) for unit, limits in _WORDS.pop("units").items()}
_LISTS: dict[str, list[str]] = {name: words.split() for name, words in _WORDS.items()}


def draw_caption(random: Random) -> list[Sentence]:
    """A caption of one to five sentences."""
    sentences = [as_sentence(_main(random), random, stop=random.random() < 0.9)]
    if random.random() < 0.15:
        sentences.insert(0, _number_of_figure(random))
    while random.random() < 0.55 and len(sentences) < 5:
        kind = random.choice((_main, _main, _scale_bars, _legend, _inset, _error_bars))
        sentences.append(as_sentence(kind(random), random, stop=random.random() < 0.9))
    return sentences


def _several(random: Random) -> int:
    return random.choice((2, 2, 2, 3, 3, 4))


def _main(random: Random) -> Phrase:
    """One description, or several in a row: "(a) Optical image of the film, and (b) XRD pattern of ZnO powders"."""
    if random.random() < 0.82:
        return _description(random)
    items = [_description(random) for _ in range(_several(random))]
    if random.random() < 0.6:
        return join(random, _panels_first(random, items), labelled=False)
    return join(random, items, labelled=random.random() < 0.8)


def _panels_first(random: Random, items: list[Phrase]) -> list[Phrase]:
    for item in items:
        item.left.insert(0, panel(random))
    return items


def _description(random: Random) -> Phrase:
    """ "SEM (a) and TEM (b) images of ZnO nanorods annealed at 500 °C"."""
    if random.random() < 0.2:
        return _relation(random)
    head = _picture(random)
    if random.random() < 0.12:
        other = _picture(random)
        head = join(random, [head, other], labelled=random.random() < 0.5)
    if random.random() < 0.9:
        head.right.append(_of(random))
    if random.random() < 0.15:
        head.right.append(panel(random))
    if random.random() < 0.2:
        head.right.append(_showing(random))
    if random.random() < 0.15:
        head.right.append(_as_function(random))
    return head


def _picture(random: Random) -> Phrase:
    """ "SEM (a) and TEM (b) images"."""
    plural = random.random() < 0.6
    head = Phrase(random.choice(_LISTS["pictures"] if plural else _LISTS["picture"]), "NNS" if plural else "NN")
    chance = random.random()
    if chance < 0.3:
        by_technique = random.random() < 0.6
        modifiers = [
            compound(random.choice(_LISTS["techniques"]))
            if by_technique
            else modifier(random.choice(_LISTS["views"]))[0]
            for _ in range(_several(random))
        ]
        if random.random() < 0.1:
            # "Low- and high-resolution"
            modifiers[0] = Phrase(
                random.choice(("low", "high", "bright")), "JJ", "amod", right=[Phrase("-", "HYPH", "punct")]
            )
            modifiers[0].tight = True
        head.left.append(join(random, modifiers, labelled=random.random() < 0.6))
        if random.random() < 0.4:
            head.left.append(compound(random.choice(_LISTS["techniques"])))
    else:
        if random.random() < 0.4:
            head.left += modifier(random.choice(_LISTS["views"]))
        if random.random() < 0.7:
            head.left.append(compound(random.choice(_LISTS["techniques"])))
    if random.random() < 0.12:
        head.left.insert(0, Phrase(random.choice(("the", "a")), "DT", "det"))
    return head


def _relation(random: Random) -> Phrase:
    """ "Comparison between A and B", "Change of thickness with temperature", "Schematic of the cell used for X"."""
    head = Phrase(random.choice(_LISTS["subjects"]), "NN")
    chance = random.random()
    if chance < 0.3:
        pair = join(random, [_material(random) for _ in range(2)], labelled=random.random() < 0.2).as_("nmod")
        pair.left.insert(0, case("between"))
        head.right.append(pair)
    elif chance < 0.65:
        quantity = Phrase(
            random.choice(_LISTS["quantities"]), "NN", "nmod", left=[case("of"), Phrase("the", "DT", "det")]
        )
        head.right.append(quantity)
        cause = Phrase(random.choice(_LISTS["quantities"] + _LISTS["processes"]), "NN", "nmod")
        cause.left.append(case(random.choice(("with", "during", "after", "against", "versus"))))
        head.right.append(cause)
    else:
        thing = _material(random).as_("nmod")
        thing.left.insert(0, case("of"))
        use = Phrase(
            random.choice(_LISTS["processes"] + ["measurements", "experiments", "analysis"]),
            "NN",
            "obl",
            left=[case("for")],
        )
        thing.right.append(Phrase("used", "VBN", "acl", right=[use]))
        head.right.append(thing)
    return head


def _of(random: Random) -> Phrase:
    if random.random() < 0.25:
        items = [_material(random) for _ in range(_several(random))]
        if random.random() < 0.3:
            # "of (a) copper, (b) gold"
            phrase = join(random, _panels_first(random, items), labelled=False)
        else:
            phrase = join(random, items, labelled=random.random() < 0.4)
    else:
        phrase = _material(random)
        if random.random() < 0.45:
            phrase.right.append(_treatment(random))
        elif random.random() < 0.15:
            phrase.right.append(_of(random))
    phrase.left.insert(0, case(random.choice(("of", "of", "of", "of", "for", "from"))))
    return phrase.as_("nmod")


def _material(random: Random) -> Phrase:
    thing = random.random()
    if thing < 0.2:
        head = Phrase(random.choice(_LISTS["formulas"] + _LISTS["matter"]), "NN")
        if random.random() < 0.3:
            head.left += modifier(random.choice(_LISTS["qualities"]))
        return head
    plural = random.random() < 0.6
    head = Phrase(random.choice(_LISTS["things"] if plural else _LISTS["thing"]), "NNS" if plural else "NN")
    if not plural and random.random() < 0.7:
        head.left.append(Phrase("the", "DT", "det"))
    if random.random() < 0.35:
        head.left += modifier(random.choice(_LISTS["qualities"]))
    if random.random() < 0.75:
        matter = compound(random.choice(_LISTS["formulas"] if random.random() < 0.7 else _LISTS["matter"]))
        if random.random() < 0.15:
            second = compound(random.choice(_LISTS["formulas"])).as_("conj")
            matter.tight = True
            second.left.append(Phrase("/", "SYM", "cc", tight=True))
            matter.right.append(second)
        head.left.append(matter)
    return head


def _value(random: Random, unit: str | None = None) -> Phrase:
    name = unit or random.choice(list(_UNITS))
    low, high = _UNITS[name]
    value = str(random.randint(low, high)) if random.random() < 0.8 else f"{random.uniform(low, high):.1f}"
    if name == "°C" and random.random() < 0.1:
        value = random.choice("-−") + value
    # "5s" would be an orbital.
    tight = name == "%" or (name != "s" and random.random() < 0.15)
    number = Phrase(value, "CD", "nummod", tight=tight)
    return Phrase(name, "NN", "nmod", left=[number])


def _values(random: Random) -> Phrase:
    """ "20 °C (a), 50 °C (b) and 60 °C (c)", or "20, 50 and 60 °C"."""
    unit = random.choice(list(_UNITS))
    count = _several(random)
    if random.random() < 0.5:
        items = [_value(random, unit) for _ in range(count)]
        if random.random() < 0.4:
            for item in items:
                item.left.insert(0, panel(random))
            return join(random, items, False)
        return join(random, items, random.random() < 0.6)
    numbers = [Phrase(str(random.randint(*_UNITS[unit])), "CD", "nummod") for _ in range(count)]
    return Phrase(unit, "NN", "nmod", left=[join(random, numbers, random.random() < 0.3)])


def _treatment(random: Random) -> Phrase:
    chance = random.random()
    if chance < 0.6:
        verb = Phrase(random.choice(_LISTS["made"]), "VBN", "acl")
        value = _values(random) if random.random() < 0.4 else _value(random)
        value.left.insert(0, case(random.choice(("at", "at", "for", "with", "after", "under"))))
        verb.right.append(value.as_("obl"))
        if random.random() < 0.25:
            other = _value(random)
            other.left.insert(0, case("for"))
            verb.right.append(other.as_("obl"))
        if random.random() < 0.15:
            air = Phrase(
                random.choice(("air", "vacuum", "argon", "water", "ethanol", "N2")),
                "NN",
                "obl",
                left=[case(random.choice(("in", "under")))],
            )
            verb.right.append(air)
        return verb
    if chance < 0.75:
        # "before (a) and after (b) annealing"
        head = Phrase(random.choice(_LISTS["processes"]), "NN", "nmod")
        first = case("before")
        head.left.append(join(random, [first, case("after")], random.random() < 0.6))
        return head
    if chance < 0.9:
        head = _values(random) if random.random() < 0.5 else _value(random)
        head.left.insert(0, case(random.choice(("at", "with", "of"))))
        return head.as_("nmod")
    place = _material(random)
    place.left.insert(0, case(random.choice(("on", "in", "with", "without", "under", "by"))))
    return place.as_("nmod")


def _showing(random: Random) -> Phrase:
    verb = Phrase(random.choice(("showing", "revealing", "indicating", "illustrating")), "VBG", "acl")
    thing = _material(random).as_("obj")
    if random.random() < 0.4:
        thing.right.append(_of(random))
    verb.right.append(thing)
    return verb


def _as_function(random: Random) -> Phrase:
    quantity = Phrase(random.choice(_LISTS["quantities"]), "NN", "nmod", left=[case("of")])
    return Phrase("function", "NN", "nmod", left=[case("as"), Phrase("a", "DT", "det")], right=[quantity])


def _scale_bars(random: Random) -> Phrase:
    """ "Scale bars: 10 nm (a), 5 nm (b, c)"."""
    plural = random.random() < 0.5
    head = Phrase("bars" if plural else "bar", "NNS" if plural else "NN", left=[compound("scale")])
    unit = random.choice(("nm", "nm", "μm", "μm", "mm", "Å"))
    chance = random.random()
    if chance < 0.15:
        verb = Phrase("represent" if plural else "represents", "VBP" if plural else "VBZ")
        head.left.insert(0, Phrase("the", "DT", "det"))
        verb.left.append(head.as_("nsubj"))
        verb.right.append(_value(random, unit).as_("obj"))
        return verb
    if chance < 0.25:
        sign = Phrase("=", "SYM", left=[head.as_("nsubj")])
        sign.right.append(_value(random, unit).as_("obj"))
        return sign
    values = [_value(random, unit) for _ in range(_several(random) if plural else 1)]
    value = join(random, values, plural and random.random() < 0.7).as_("appos")
    value.left.insert(0, Phrase(random.choice((",", ",", ":")), "", "punct"))
    value.left[0].tag = value.left[0].form
    head.right.append(value)
    return head


def _legend(random: Random) -> Phrase:
    """ "The red arrows indicate grain boundaries"."""
    verb = Phrase(random.choice(("indicate", "show", "denote", "represent", "mark", "highlight")), "VBP")
    marks = Phrase(
        random.choice(_LISTS["marks"]), "NNS", "nsubj", left=[Phrase(random.choice(_LISTS["colours"]), "JJ", "amod")]
    )
    if random.random() < 0.5:
        marks.left.insert(0, Phrase("the", "DT", "det"))
    if random.random() < 0.3:
        marks.right.append(
            Phrase(
                "c",
                "NN",
                "nmod",
                left=[case("in"), Phrase("(", "-LRB-", "punct", tight=True)],
                right=[Phrase(")", "-RRB-", "punct")],
            )
        )
    verb.left.append(marks)
    thing = _material(random)
    if random.random() < 0.4:
        thing.right.append(_of(random))
    verb.right.append(thing.as_("obj"))
    return verb


def _inset(random: Random) -> Phrase:
    plural = random.random() < 0.3
    inset = Phrase("insets" if plural else "inset", "NNS" if plural else "NN")
    chance = random.random()
    if chance < 0.5:
        inset.right.append(_main(random).as_("appos"))
        inset.right[0].left.insert(0, Phrase(":", ":", "punct"))
        return inset
    inset.left.append(Phrase("the", "DT", "det"))
    if random.random() < 0.3:
        inset.right.append(Phrase(random.choice("abcdef"), "NN", "nmod", left=[case(random.choice(("of", "in")))]))
    verb = Phrase("show" if plural else "shows", "VBP" if plural else "VBZ", left=[inset.as_("nsubj")])
    verb.right.append(_main(random).as_("obj"))
    return verb


def _error_bars(random: Random) -> Phrase:
    deviation = Phrase(
        random.choice(("deviation", "error")),
        "NN",
        "obj",
        left=[Phrase("the", "DT", "det"), Phrase("standard", "JJ", "amod")],
    )
    bars = Phrase("bars", "NNS", "nsubj", left=[compound("error")])
    sign = Phrase("=", "SYM", "parataxis", left=[Phrase("(", "-LRB-", "punct", tight=True), Phrase("n", "NN", "nsubj")])
    sign.right += [Phrase(str(random.randint(3, 12)), "CD", "obj"), Phrase(")", "-RRB-", "punct")]
    deviation.right.append(sign)
    return Phrase(random.choice(("represent", "indicate", "show")), "VBP", left=[bars], right=[deviation])


def _number_of_figure(random: Random) -> Sentence:
    name = random.choice(("Figure", "Fig.", "FIG.", "FIGURE", "Table", "Scheme"))
    stop = random.choice((".", ".", "|", ":"))
    words = [
        Word(name, name, "PROPN", "NNP", ROOT, "root"),
        Word(str(random.randint(1, 12)), "", "NUM", "CD", 0, "flat", stop == "|"),
        Word(stop, stop, "PUNCT", {"|": "SYM"}.get(stop, stop), 0, "punct"),
    ]
    return tuple(words)
