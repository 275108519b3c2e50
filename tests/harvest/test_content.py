"""Kinds of files by their first bytes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsclaim_core.harvest.content import content_kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "png"),
        (b"\x89PNG", "unknown"),
        (b"\xff\xd8\xff\xe0\0", "jpg"),
        (b"GIF89a\1", "gif"),
        (b"GIF87a\1", "gif"),
        (b"II*\0\1", "tif"),
        (b"MM\0*\1", "tif"),
        (b"RIFF\1\2\3\4WEBPVP8 ", "webp"),
        (b"RIFF\1\2\3\4WAVEfmt ", "unknown"),
        (b"%PDF-1.7\n", "pdf"),
        (b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n", "pdf"),
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"Grains of tin", "unknown"),
        (b"\0\1\2\3", "unknown"),
    ],
)
def test_files(body: bytes, kind: str) -> None:
    assert content_kind(body) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!DOCTYPE html><html>", "html"),
        ("<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>", "html"),
        ("<HTML>", "html"),
        ("<!-- saved from elsewhere -->\n<html>", "html"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html>', "html"),
        ('<?xml version="1.0"?><!-- <html> --><article>', "xml"),
        ('<!DOCTYPE article PUBLIC "-//NLM//DTD x//EN" "x.dtd"><article>', "xml"),
        ("<article xmlns:mml='x'>", "xml"),
        ("<feed>", "xml"),
        ("<div class='part'>", "html"),
        ("<![if !IE]><html>", "html"),
        ("some words before the page <html>", "html"),
        ('{"a": 1}', "json"),
        ("[1]", "json"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_in_any_encoding(text: str, kind: str, encoding: str) -> None:
    assert content_kind(f" {text}".encode(encoding)) == kind


def test_page_of_many_comments_is_told_at_once() -> None:
    begun = time.monotonic()
    assert content_kind(b"<!-- menu -->" * 1000 + b"words") == "xml"
    assert content_kind(b"<!---->" * 50 + b"<html>") == "html"
    assert time.monotonic() - begun < 0.5


@given(st.binary(max_size=40))
def test_anything_has_a_kind(body: bytes) -> None:
    assert content_kind(body)
    # What stands behind the part that is looked at changes nothing.
    assert content_kind(b"{" + b" " * 3000 + body) == "json"
