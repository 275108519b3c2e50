"""Whose line an address stands in, and which address is asked in its place."""

from __future__ import annotations

import pytest

from exsclaim_core.harvest.slots import Slots
from exsclaim_core.settings import HarvestSettings


def slots(**addresses: str) -> Slots:
    return Slots(HarvestSettings(addresses=addresses))


@pytest.mark.parametrize(
    ("url", "source", "slot"),
    [
        ("https://www.nature.com/articles/tin.1", "", "nature"),
        ("https://www.nature.com", "", "nature"),
        ("HTTP://WWW.Nature.com/articles/tin.1", "", "nature"),
        ("https://www.nature.com./articles/tin.1", "", "nature"),
        ("https://www.nature.com:443/articles/tin.1", "", "nature"),
        ("https://media.nature.com/full/tin.png", "europepmc", "nature"),
        ("https://pubs.acs.org/doi/10.5555/1", "crossref", "acs"),
        ("https://arxiv.org/pdf/0000.00001", "arxiv", "arxiv"),
        ("https://www.ebi.ac.uk/other", "", "europepmc"),
        # A publisher's pictures may lie anywhere; an index names addresses of many.
        ("https://pictures.example.com/tin.png", "rsc", "rsc"),
        ("https://pictures.example.com/tin.png", "europepmc", "example.com"),
        ("https://pictures.example.com/tin.png", "", "example.com"),
        ("https://a.press.example.co.uk/tin.pdf", "crossref", "example.co.uk"),
        ("https://www.nature.com.example.org/tin", "crossref", "example.org"),
        ("https://notnature.com/tin", "crossref", "notnature.com"),
        ("http://192.0.2.1:8080/tin.pdf", "crossref", "192.0.2.1:8080"),
        ("http://me@[2001:DB8::1]:80/tin.pdf", "crossref", "[2001:db8::1]:80"),
        ("http://[2001:db8::1", "", ""),
    ],
)
def test_slot(url: str, source: str, slot: str) -> None:
    assert slots().of(url, source) == slot


def test_sources_at_other_addresses() -> None:
    here = slots(nature="http://127.0.0.1:80/nature", acs="http://127.0.0.1:80/acs/")
    assert here.base("nature") == "http://127.0.0.1:80/nature"
    assert here.base("rsc") == "https://pubs.rsc.org"
    assert here.of("http://127.0.0.1:80/nature/tin.1") == "nature"
    assert here.of("http://127.0.0.1:80/acs/tin.1") == "acs"


def test_mirrors() -> None:
    here = slots(
        **{"https://arxiv.org": "http://127.0.0.1:80/arxiv", "https://files.example.org/": "https://b.example/"}
    )
    assert here.mirrored("https://arxiv.org") == "http://127.0.0.1:80/arxiv"
    assert here.mirrored("https://arxiv.org/pdf/1?v=2") == "http://127.0.0.1:80/arxiv/pdf/1?v=2"
    assert here.mirrored("https://arxiv.org?v=2") == "http://127.0.0.1:80/arxiv?v=2"
    assert here.mirrored("https://files.example.org/tin.png") == "https://b.example/tin.png"
    assert here.of("https://files.example.org/tin.png", "crossref") == "b.example"


def test_mirror_of_one_host_is_none_of_others_that_begin_alike() -> None:
    here = slots(**{"https://arxiv.org": "http://127.0.0.1:80"})
    for url in ("https://arxiv.org.example.com/pdf/1", "https://arxiv.orgs/", "https://export.arxiv.org/api"):
        assert here.mirrored(url) == url
