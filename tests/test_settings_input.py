"""Settings as people give them: what is accepted, and how a mistake is put."""

from __future__ import annotations

from pathlib import Path

import pytest

from exsclaim_core.settings import Settings
from exsclaim_core.settings_input import SettingsError, parse_assignment, read_settings, setting_names


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    file = tmp_path / "settings.toml"
    file.write_text("[captions]\nline_gap = 1.4\n[output]\ndpi = 150\nsvg = true\n")
    return file


def mistake(name: str, value: object) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(values=[(name, value)])
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nothing_given_means_the_defaults() -> None:
    assert read_settings() == Settings()


def test_file_changes_what_it_names(toml: Path) -> None:
    settings = read_settings(toml)
    assert (settings.captions.line_gap, settings.output.dpi, settings.output.svg) == (1.4, 150, True)
    assert settings.captions.first_step == Settings().captions.first_step


def test_values_come_before_the_file(toml: Path) -> None:
    settings = read_settings(toml, [("output.dpi", "75")])
    assert (settings.output.dpi, settings.output.svg) == (75, True)


def test_values_of_every_type_as_text() -> None:
    settings = read_settings(values=[("output.svg", "true"), ("proposals.most_cuts", "5"), ("limits.seconds", "0.5")])
    assert (settings.output.svg, settings.proposals.most_cuts, settings.limits.seconds) == (True, 5, 0.5)


def test_assignment() -> None:
    assert parse_assignment(" captions.line_gap = 1.4 ") == ("captions.line_gap", "1.4")


@pytest.mark.parametrize("text", ["captions.line_gap", "=3", ""])
def test_text_that_is_no_assignment(text: str) -> None:
    with pytest.raises(SettingsError, match="NAME=VALUE"):
        parse_assignment(text)


def test_unknown_setting_names_its_neighbours() -> None:
    assert mistake("captions.linegap", 1).startswith(
        "there is no setting captions.linegap; near it are captions.line_gap"
    )


def test_missing_section_is_found() -> None:
    assert "captions.line_gap" in mistake("line_gap", 1)


def test_setting_without_neighbours_names_the_sections() -> None:
    assert mistake("quark.zork", 1).endswith(f"the sections are {', '.join(Settings.model_fields)}")


def test_value_out_of_bounds() -> None:
    assert mistake("output.dpi", "100000") == "output.dpi = 100000: input should be less than or equal to 2400"


def test_value_that_is_no_number() -> None:
    assert mistake("captions.line_gap", "wide").startswith("captions.line_gap = wide: input should be a valid number")


def test_section_is_no_setting() -> None:
    assert mistake("limits", "3").startswith("limits is a section and takes no value itself; it has limits.seconds")


def test_setting_is_no_section() -> None:
    assert mistake("output.dpi.x", "3") == "output.dpi is a setting and no section"


def test_value_cannot_follow_a_value() -> None:
    with pytest.raises(SettingsError, match=r"no setting output\.dpi\.x"):
        read_settings(values=[("output.dpi", 150), ("output.dpi.x", 3)])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"line_gap 3", "is not a TOML file"),
        (b"\xff\xfe", "is not a TOML file"),
        (b"dpi = 3", "no setting dpi; near it"),
    ],
)
def test_file_with_a_mistake(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=message):
        read_settings(file)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: No such file"):
        read_settings(tmp_path / "none.toml")


def test_every_setting_says_what_it_is() -> None:
    for name in setting_names():
        section, _, field = name.partition(".")
        model = Settings.model_fields[section].annotation
        assert model is not None
        assert model.model_fields[field].description, f"{name} has no description"
