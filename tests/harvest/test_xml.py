"""Safe reading of XML: nothing is expanded, nothing fetched, and faults of the encoding do not stop it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml import etree

from exsclaim_core.harvest.xml import parse_xml


def written(root: etree._Element) -> str:
    return str(etree.tostring(root, encoding="unicode"))


class TestEntities:
    def test_own_entities_are_not_expanded(self) -> None:
        body = b'<!DOCTYPE a [<!ENTITY secret "expanded">]><a title="&secret;">x &secret; y</a>'
        root = parse_xml(body)
        assert root.text == "x &secret; y"
        assert root.get("title") == "&secret;"

    def test_files_are_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "secret.txt").write_text("read from the disk")
        body = f'<!DOCTYPE a [<!ENTITY file SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><a>&file;</a>'
        assert parse_xml(body.encode()).text == "&file;"

    def test_external_declarations_are_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "own.dtd").write_text('<!ENTITY word "read"><!ATTLIST a kind CDATA "set by the DTD">')
        body = f'<!DOCTYPE a SYSTEM "{(tmp_path / "own.dtd").as_uri()}"><a>&word;</a>'
        assert written(parse_xml(body.encode())) == "<a>&amp;word;</a>"

    def test_bomb_stays_small(self) -> None:
        lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
        body = f'<!DOCTYPE a [<!ENTITY l0 "ha">{lines}]><a b="&l11;">&l11;</a>'
        assert written(parse_xml(body.encode())) == '<a b="&amp;l11;">&amp;l11;</a>'

    def test_named_characters_of_html_become_what_they_mean(self) -> None:
        body = b'<!DOCTYPE a PUBLIC "-//NLM//DTD x//EN" "x.dtd"><a b="&beta;">5&ndash;6 &alpha;&Aacute;&deg;</a>'
        root = parse_xml(body)
        assert root.text == "5–6 αÁ°"
        assert root.get("b") == "β"

    def test_named_character_that_is_a_sign_of_xml_is_no_tag(self) -> None:
        # &nvlt; is "<" with a stroke of its own; &lbrack; no sign of XML at all.
        assert parse_xml(b"<a>&LT;b&GT; &nvlt; &lbrack; &amp;alpha;</a>").text == "<b> <\u20d2 [ &alpha;"

    def test_declared_meaning_of_a_known_name_is_not_used(self) -> None:
        assert parse_xml(b'<!DOCTYPE a [<!ENTITY alpha "something else">]><a>&alpha;</a>').text == "α"

    def test_references_in_character_data_are_text(self) -> None:
        assert parse_xml(b"<a><![CDATA[&alpha; & <b>]]></a>").text == "&alpha; & <b>"

    def test_declaration_with_brackets_in_comments_and_strings(self) -> None:
        body = (
            b"<?xml version='1.0'?>\n<!-- it's -->\n<!DOCTYPE a [ <!-- don't stop ]> here -->\n<?pi ]> ?>"
            b'<!ENTITY % p SYSTEM "x]>y"> %p;\n<!ENTITY q "]><b>"> ] >\n<a>text</a>'
        )
        assert written(parse_xml(body)) == "<a>text</a>"

    @pytest.mark.parametrize(
        "body",
        [
            b"<!DOCTYPE a [" + b"<!E '" * 100_000,
            b"<!DOCTYPE a[<!-- " * 50_000,
            b"<!--" * 200_000,
            b"<![CDATA[" * 100_000,
            b"&a" * 300_000,
            b"<a>" * 100_000,
        ],
    )
    def test_hostile_bodies_are_refused_at_once(self, body: bytes) -> None:
        start = time.monotonic()
        with pytest.raises(ValueError, match="no XML"):
            parse_xml(body)
        assert time.monotonic() - start < 2


class TestEncodings:
    @pytest.mark.parametrize(
        "body",
        [
            "<?xml version='1.0' encoding='UTF-8'?><a>grün</a>".encode(),
            b"\xef\xbb\xbf" + "<a>grün</a>".encode(),
            "\n \t<?xml version='1.0'?>\n<a>grün</a>".encode(),
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>grün</a>".encode("latin-1"),
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>grün</a>".encode(),  # wrong
            "<?xml version='1.0' encoding='UTF-8'?><a>grün</a>".encode("latin-1"),  # wrong
            "<?xml version='1.0' encoding='no-such-code'?><a>grün</a>".encode(),
            "<?xml version='1.0' encoding='UTF-16'?><a>grün</a>".encode("utf-16"),
            "<?xml version='1.0' encoding='UTF-16'?><a>grün</a>".encode("utf-16-be"),
            "<?xml version='1.0' encoding='UTF-16'?><a>grün</a>".encode(),  # once converted, and not told so
        ],
    )
    def test_text_is_read(self, body: bytes) -> None:
        assert parse_xml(body).text == "grün"

    def test_characters_that_xml_forbids_are_left_out(self) -> None:
        assert parse_xml(b"<a>be\x0bfore\x00</a>").text == "before"


class TestDocuments:
    def test_comments_and_instructions_are_dropped(self) -> None:
        assert written(parse_xml(b"<?style x?><!-- a --><a>b<!-- c -->d<?open?>e</a><!-- f -->")) == "<a>bde</a>"

    def test_prefixes_without_a_declaration(self) -> None:
        root = parse_xml(b'<fig><graphic xlink:href="one"/><mml:mi>x</mml:mi></fig>')
        assert [etree.QName(each).localname for each in root] == ["graphic", "mi"]
        assert [etree.QName(name).localname for name in root[0].attrib] == ["href"]

    @pytest.mark.parametrize("body", [b"", b"  \n", b"words", b'{"a": 1}', b"<p>one<br>two</p>", b"%PDF-1.7\n\x00\xff"])
    def test_anything_else_is_an_error(self, body: bytes) -> None:
        with pytest.raises(ValueError, match="no XML"):
            parse_xml(body)

    def test_declaration_out_of_its_place_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="no XML"):
            parse_xml(b'<a><!DOCTYPE b [<!ENTITY c "d">]>&c;</a>')

    def test_deep_nesting_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="no XML"):
            parse_xml(b"<a>" * 300 + b"</a>" * 300)
