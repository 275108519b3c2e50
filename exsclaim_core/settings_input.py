"""Settings as people give them: a TOML file, and single values by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from exsclaim_core.settings import Settings

ALIKE = 0.6  # similarity from which a name counts as a neighbour of another
MOST_NEIGHBOURS = 3

SettingsType = TypeVar("SettingsType", bound=Settings)


class SettingsError(ValueError):
    """A setting that is not known or has a value out of bounds, or a file that can't be read; one line."""


def read_settings(file: Path | None = None, values: Iterable[tuple[str, Any]] = ()) -> Settings:
    """The defaults, changed by the file and then by values under dotted names such as "captions.line_gap"."""
    return change_settings(Settings(), file, values)


def change_settings(
    settings: SettingsType, file: Path | None = None, values: Iterable[tuple[str, Any]] = ()
) -> SettingsType:
    """The settings, changed by the file and then by values under dotted names."""
    model = type(settings)
    given = settings.model_dump(exclude_defaults=True)
    for name, value in _read_toml(file).items() if file else ():
        given[name] = {**given.get(name, {}), **value} if isinstance(value, Mapping) else value
    for name, value in values:
        section = given
        *sections, last = name.split(".")
        for part in sections:
            section = section.setdefault(part, {})
            if not isinstance(section, dict):
                raise SettingsError(_unknown(name, model))
        section[last] = value
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise SettingsError(_in_words(error, model)) from error


def parse_assignment(text: str) -> tuple[str, str]:
    """Name and value out of "captions.line_gap=1.4"."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise SettingsError(f"{text!r} is not of the form NAME=VALUE, as in captions.line_gap=1.4")
    return name.strip(), value.strip()


def setting_names(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Dotted names of all settings."""
    for name, each in model.model_fields.items():
        if isinstance(each.annotation, type) and issubclass(each.annotation, BaseModel):
            yield from setting_names(each.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    except ValueError as error:  # tomllib's errors, and bytes that are no text
        raise SettingsError(f"{file} is not a TOML file: {' '.join(str(error).split())}") from error


def _in_words(error: ValidationError, model: type[Settings]) -> str:
    """The first error in one line."""
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return _unknown(name, model)
    if first["type"] in ("model_type", "model_attributes_type"):
        members = [each for each in setting_names(model) if each.startswith(f"{name}.")]
        return f"{name} is a section and takes no value itself; it has {', '.join(members)}"
    message = first["msg"][0].lower() + first["msg"][1:]
    if isinstance(first["input"], Mapping):
        return f"{name} is a setting and no section"
    return f"{name} = {first['input']}: {message}"


def _unknown(name: str, model: type[Settings]) -> str:
    known = list(setting_names(model))
    near = get_close_matches(name, known, MOST_NEIGHBOURS, ALIKE)
    # Perhaps only its section is missing or wrong.
    last = {each.rpartition(".")[2]: each for each in known}
    near += [last[each] for each in get_close_matches(name.rpartition(".")[2], list(last), MOST_NEIGHBOURS, ALIKE)]
    neighbours = list(dict.fromkeys(near))[:MOST_NEIGHBOURS]
    if neighbours:
        return f"there is no setting {name}; near it are {', '.join(neighbours)}"
    return f"there is no setting {name}; the sections are {', '.join(model.model_fields)}"
