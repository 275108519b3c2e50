"""Whether a piece of text is made of words."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]{2,}")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def wordy(text: str) -> bool:
    """Whether a text is made of words: at least four of two letters, with most of its characters in them.

    Chinese and Japanese do not part their words: there eight characters do.
    """
    if len(_IDEOGRAPH.findall(text)) >= 8:
        return True
    words = WORD.findall(text)
    return len(words) >= 4 and sum(map(len, words)) >= 0.6 * len(text.replace(" ", ""))
