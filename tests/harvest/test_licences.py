"""Licences, from their URLs and from the names that people give them."""

from __future__ import annotations

import time

import pytest

from exsclaim_core.harvest.licences import allows_redistribution, licence_url

CC = "https://creativecommons.org/"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "licenses/by/4.0"),
        ("HTTPS://CreativeCommons.org/Licenses/BY-NC/3.0/", "licenses/by-nc/3.0"),
        ("https://www.creativecommons.org/licenses/by/4.0/legalcode", "licenses/by/4.0"),
        ("http://creativecommons.org/licenses/by-sa/3.0/us/", "licenses/by-sa/3.0"),
        ("https://creativecommons.org/licences/by/4.0/", "licenses/by/4.0"),
        ("//creativecommons.org/licenses/by-nc-nd/4.0", "licenses/by-nc-nd/4.0"),
        ("https://creativecommons.org/licenses/by/", "licenses/by"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "publicdomain/zero/1.0"),
        ("https://creativecommons.org/publicdomain/zero", "publicdomain/zero/1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "publicdomain/mark/1.0"),
        ("Terms: see http://creativecommons.org/licenses/by/2.5/.", "licenses/by/2.5"),
        ("CC BY", "licenses/by"),
        ("CC BY 4.0", "licenses/by/4.0"),
        ("cc-by-nc-nd-4.0", "licenses/by-nc-nd/4.0"),
        ("CCBY", "licenses/by"),
        ("CC BY‑NC 4.0", "licenses/by-nc/4.0"),
        ("CC BY NC SA 3.0 IGO", "licenses/by-nc-sa/3.0"),
        ("cc by 2.5", "licenses/by/2.5"),
        ("CC0", "publicdomain/zero/1.0"),
        ("CC0 1.0 Universal", "publicdomain/zero/1.0"),
        ("Creative Commons Zero", "publicdomain/zero/1.0"),
        ("Published under CC0.", "publicdomain/zero/1.0"),
        ("Creative Commons Attribution License", "licenses/by"),
        ("Creative Commons Attribution-NonCommercial 4.0 International", "licenses/by-nc/4.0"),
        ("Attribution-NonCommercial-NoDerivatives 4.0 (CC BY-NC-ND 4.0)", "licenses/by-nc-nd/4.0"),
        ("Creative Commons Attribution Share Alike 3.0", "licenses/by-sa/3.0"),
        ("A Creative Commons licence (CC BY 4.0) applies", "licenses/by/4.0"),
    ],
)
def test_creative_commons(text: str, path: str) -> None:
    assert licence_url(text) == CC + path
    assert licence_url(licence_url(text)) == CC + path
    assert allows_redistribution(licence_url(text)) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "© 2020 Somebody",
        "All rights reserved",
        "Creative Commons",
        "cc: the editors",
        "5 cc 0.5 M acid",
        "acc by law",
    ],
)
def test_none(text: str) -> None:
    assert licence_url(text) == ""


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://publisher.example/terms/", None),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", False),
        ("https://publisher.example/tdm/licence/1.0/", False),
        ("https://publisher.example/text-and-data-mining", False),
        ("https://publisher.example/tdmrep-policy", None),
    ],
)
def test_others_stay_as_they_are(url: str, allowed: bool | None) -> None:
    assert licence_url(f" {url}\n") == url
    assert allows_redistribution(url) is allowed


@pytest.mark.parametrize("text", ["CC" + "-" * 20_000 + "x", "CC" + " -" * 10_000, "CC by" * 5_000, "no " * 20_000])
def test_odd_texts_take_no_time(text: str) -> None:
    begun = time.monotonic()
    licence_url(text)
    assert time.monotonic() - begun < 0.5
