"""Whether two values hold the same, down to the bits of their arrays and the places of shared rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def difference(first: Any, second: Any, place: str = "it") -> str:
    """Where and how the values differ first; empty where they do not. What a dataclass keeps to itself may differ."""
    if type(first) is not type(second):
        return f"{place} is a {type(first).__name__} {first!r:.60} and a {type(second).__name__} {second!r:.60}"
    if isinstance(first, np.ndarray):
        return _difference_of_arrays(first, second, place)
    if is_dataclass(first):
        names = [each.name for each in fields(first) if not each.name.startswith("_")]
        return _first((getattr(first, name), getattr(second, name), f"{place}.{name}") for name in names)
    if isinstance(first, Mapping):
        if list(first) != list(second):
            return f"{place} has the keys {list(first)} and {list(second)}"
        return _first((first[key], second[key], f"{place}[{key!r}]") for key in first)
    if isinstance(first, list | tuple):
        if len(first) != len(second):
            return f"{place} has {len(first)} and {len(second)} members"
        return _first((one, other, f"{place}[{i}]") for i, (one, other) in enumerate(zip(first, second, strict=True)))
    # NaN is not equal to itself.
    return "" if first == second or (first != first and second != second) else f"{place} is {first!r} and {second!r}"


def _difference_of_arrays(first: Any, second: Any, place: str) -> str:
    if (first.dtype, first.shape) != (second.dtype, second.shape):
        return f"{place} has {first.dtype} {first.shape} and {second.dtype} {second.shape}"
    if first.dtype.names:
        return _first((first[name], second[name], f"{place}[{name!r}]") for name in first.dtype.names)
    return "" if first.tobytes() == second.tobytes() else f"{place} is {first} and {second}"


def _first(pairs: Any) -> str:
    return next((found for one, other, place in pairs if (found := difference(one, other, place))), "")
