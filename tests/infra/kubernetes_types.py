"""Whether a manifest fits the types of the Kubernetes API, as the package lightkube-models holds them."""

from __future__ import annotations

import dataclasses
import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin, get_type_hints


def faults(manifest: dict[str, Any]) -> list[str]:
    """What is wrong with a manifest of one of Kubernetes' own kinds: fields unknown, missing or of other types."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    return list(_faults(manifest, _type(f"{group.split('.')[0] or 'core'}_{version}", manifest["kind"]), ""))


def pod_faults(spec: dict[str, Any]) -> list[str]:
    """The same for the specification of a pod within a manifest of another kind."""
    return list(_faults(spec, _type("core_v1", "PodSpec"), "spec"))


def service_faults(spec: dict[str, Any]) -> list[str]:
    """The same for the specification of a service."""
    return list(_faults(spec, _type("core_v1", "ServiceSpec"), "spec"))


def _type(module: str, name: str) -> Any:
    if "lightkube.core.schema" not in sys.modules:
        # The types are plain dataclasses to which lightkube's own client, which is not needed here, adds methods.
        schema = types.ModuleType("lightkube.core.schema")
        schema.__dict__.update(dataclass=dataclasses.dataclass, field=dataclasses.field, DictMixin=object)
        sys.modules["lightkube.core"] = types.ModuleType("lightkube.core")
        sys.modules["lightkube.core.schema"] = schema
    return getattr(importlib.import_module(f"lightkube.models.{module}"), name)


def _faults(value: Any, hint: Any, path: str) -> Iterator[str]:
    origin, arguments = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        fields = {field.metadata.get("json", field.name): field for field in dataclasses.fields(hint)}
        hints = get_type_hints(hint)
        yield from (f"{path}.{name} is unknown" for name in value if name not in fields)
        for name, field in fields.items():
            if name in value:
                yield from _faults(value[name], hints[field.name], f"{path}.{name}")
            elif field.default is field.default_factory is dataclasses.MISSING:
                yield f"{path}.{name} is missing"
    elif origin is list and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults(item, arguments[0], f"{path}[{number}]")
    elif origin is Union:
        alternatives = [list(_faults(value, argument, path)) for argument in arguments if argument is not type(None)]
        yield from min(alternatives, key=len)
    elif hint is dict or origin is dict:
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            yield f"{path} is {value!r}"
    elif not isinstance(value, hint if isinstance(hint, type) else object) or isinstance(value, bool) != (hint is bool):
        yield f"{path} is {value!r}"
