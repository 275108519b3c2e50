"""The distribution of captions as a component for any spaCy pipeline.

    nlp.add_pipe("panel_labels")
    doc = nlp("(a) SEM and (b) TEM images of gold rods.")
    doc._.panels

Importing this module registers it.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from exsclaim_core.captions.labels import find_labels
from exsclaim_core.captions.segments import distribute_spans

PANELS, LABELS = "panels", "panel_labels"


@Language.component("panel_labels", assigns=["doc._.panels", "doc._.panel_labels"])
def panel_labels(doc: Doc) -> Doc:
    """The document with `panels`: by label the spans of tokens that describe a panel, and `panel_labels`, in order."""
    labels, mentions = find_labels(doc.text)
    shares = distribute_spans(doc.text, labels, mentions)
    doc._.panel_labels = labels
    doc._.panels = {
        label: [doc.char_span(start, end, label, alignment_mode="expand") for start, end in spans if end > start]
        for label, spans in shares.panels.items()
    }
    return doc


for _name in (PANELS, LABELS):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)
