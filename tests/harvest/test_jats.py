"""Articles in JATS and the DTDs before it: metadata, figures and tables, where their files lie, and who cites them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree

from exsclaim_core.harvest.jats import read_jats
from exsclaim_core.harvest.records import Article, HarvestedFigure, Markup

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
NAME = "<name><surname>{}</surname><given-names>{}</given-names></name>"


def article(
    body: str = "",
    *,
    meta: str = "",
    ids: str = '<article-id pub-id-type="doi">10.5555/Moss.7</article-id>',
    abstract: str = "",
    after: str = "",
    kind: str = "research-article",
) -> str:
    return f"""<article article-type="{kind}" {XLINK}><front>
        <journal-meta><journal-id journal-id-type="nlm-ta">J Moss</journal-id>
        <journal-title-group><journal-title>Journal of Moss</journal-title></journal-title-group>
        <publisher><publisher-name>Drawn House</publisher-name></publisher></journal-meta>
        <article-meta>{ids}{meta}{abstract}</article-meta></front>
        <body><sec><title>Results</title>{body}</sec></body>{after}</article>"""


def read(text: str, url: str = "") -> Article:
    (found,) = read_jats(text.encode(), url)
    return found


def figures(body: str, **parts: str) -> tuple[HarvestedFigure, ...]:
    return read(article(body, **parts)).figures


def only(body: str, **parts: str) -> HarvestedFigure:
    (figure,) = figures(body, **parts)
    return figure


def fig(label: str = "Figure 1", caption: str = "<p>A leaf.</p>", graphic: str = "leaf", attributes: str = "") -> str:
    return (
        f'<fig id="f1" {attributes}><label>{label}</label><caption>{caption}</caption>'
        f'<graphic xlink:href="{graphic}"/></fig>'
    )


class TestDocuments:
    def test_articles_of_a_set(self) -> None:
        second = article(ids='<article-id pub-id-type="doi">10.5555/moss.8</article-id>')
        found = read_jats(f"<pmc-articleset>{article()}{second}</pmc-articleset>".encode())
        assert [each.doi for each in found] == ["10.5555/moss.7", "10.5555/moss.8"]

    def test_record_with_namespaces(self) -> None:
        inner = article(fig()).replace("<article ", '<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.0/" ')
        body = (
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><metadata>'
            f"{inner}</metadata></record></GetRecord></OAI-PMH>"
        )
        found = read(body)
        assert (found.doi, found.figures[0].label) == ("10.5555/moss.7", "1")

    def test_elements_with_prefixes(self) -> None:
        body = (
            '<j:article xmlns:j="urn:jats" xmlns:l="http://www.w3.org/1999/xlink"><j:front/><j:body><j:fig>'
            '<j:label>Fig. 2</j:label><j:caption><j:p>A <j:bold>leaf</j:bold></j:p></j:caption><j:graphic l:href="b"/>'
            "</j:fig></j:body></j:article>"
        )
        (figure,) = read(body).figures
        assert (figure.label, figure.caption, figure.image_urls) == ("2", "Fig. 2 A leaf", ("b",))
        assert figure.markup == (Markup(9, 13, "bold"),)

    def test_answer_of_springer(self) -> None:
        body = f"<response><result><total>1</total></result><records>{article()}</records></response>"
        assert read(body).title == ""
        assert read(body).journal == "Journal of Moss"

    def test_root_is_left_as_it_was(self) -> None:
        root = etree.fromstring('<a:article xmlns:a="urn:x"><a:front/></a:article>')
        assert len(read_jats(root)) == 1
        assert root.tag == "{urn:x}article"

    def test_article_element_of_html_is_none(self) -> None:
        assert read_jats(b"<html><body><article><p>News.</p></article></body></html>") == ()

    def test_what_is_no_xml_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="no XML"):
            read_jats(b"<article><p>broken</article>")


class TestMetadata:
    def test_all_of_it(self) -> None:
        meta = f"""<article-id pub-id-type="pmc">4711</article-id>
            <title-group><article-title>Moss on <italic>old</italic> stones<xref ref-type="fn" rid="n">*</xref>
            </article-title></title-group>
            <contrib-group><contrib contrib-type="author">{NAME.format("Stein", "Ada B.")}</contrib>
            <contrib contrib-type="author"><collab>The Moss Group<contrib-group>
            <contrib contrib-type="author">{NAME.format("Member", "One")}</contrib></contrib-group></collab></contrib>
            <contrib contrib-type="author"><name-alternatives>{NAME.format("Lund", "Per")}
            {NAME.format("L", "P")}</name-alternatives></contrib>
            <contrib contrib-type="editor">{NAME.format("Editor", "An")}</contrib></contrib-group>
            <pub-date pub-type="ppub"><month>Nov</month><year>2019</year></pub-date>
            <pub-date pub-type="pmc-release"><day>1</day><month>1</month><year>2021</year></pub-date>
            <pub-date pub-type="epub"><day>3</day><month>9</month><year>2019</year></pub-date>
            <permissions><license xlink:href="http://creativecommons.org/licenses/by/4.0/"/></permissions>"""
        abstract = (
            '<abstract abstract-type="teaser"><p>Read this.</p></abstract>'
            "<abstract><title>Abstract</title><sec><title>Aims</title><p>To see.</p></sec></abstract>"
            '<abstract abstract-type="graphical"><p>Seen.</p></abstract>'
        )
        found = read(article(meta=meta, abstract=abstract))
        assert found == Article(
            doi="10.5555/moss.7",
            title="Moss on old stones",
            authors=("Ada B. Stein", "The Moss Group", "Per Lund"),
            journal="Journal of Moss",
            publisher="Drawn House",
            date="2019-09-03",
            abstract="Aims To see.",
            licence="https://creativecommons.org/licenses/by/4.0",
            redistribution=True,
            open=True,
            article_url="https://europepmc.org/articles/PMC4711",
            pdf_url="https://europepmc.org/articles/PMC4711?pdf=render",
            article_type="research",
        )

    @pytest.mark.parametrize(
        ("dates", "expected"),
        [
            (
                '<pub-date date-type="collection"><year>2020</year></pub-date>'
                '<pub-date date-type="pub" publication-format="electronic" iso-8601-date="2019-12-30"/>',
                "2019-12-30",
            ),
            (
                '<pub-date date-type="pub" publication-format="print"><year>2018</year></pub-date>'
                '<pub-date date-type="pub" publication-format="electronic"><month>5</month><year>2017</year>'
                "</pub-date>",
                "2017-05",
            ),
            ("<pub-date><month>Spring</month><year>1999</year></pub-date>", "1999"),
            ('<pub-date pub-type="ppub"><day>²</day><month>February</month><year>2001</year></pub-date>', "2001-02"),
            ('<pub-date pub-type="epub"><year>in press</year></pub-date>', ""),
            ("", ""),
        ],
    )
    def test_date(self, dates: str, expected: str) -> None:
        assert read(article(meta=dates)).date == expected

    @pytest.mark.parametrize(
        ("permissions", "licence", "redistribution"),
        [
            (
                '<license><license_ref xmlns="http://www.niso.org/schemas/ali/1.0/">'
                "https://creativecommons.org/licenses/by-nc/4.0/</license_ref></license>",
                "https://creativecommons.org/licenses/by-nc/4.0",
                True,
            ),
            (
                '<license xlink:href="https://example.org/terms"><license-p>Under <ext-link '
                'xlink:href="http://creativecommons.org/licenses/by/3.0/">this</ext-link>.</license-p></license>',
                "https://creativecommons.org/licenses/by/3.0",
                True,
            ),
            (
                "<license><license-p>The Creative Commons Attribution–NonCommercial License.</license-p></license>",
                "https://creativecommons.org/licenses/by-nc",
                True,
            ),
            (
                "<copyright-statement>The Creative Commons Attribution License holds.</copyright-statement>",
                "https://creativecommons.org/licenses/by",
                True,
            ),
            (
                '<license><license-p>See <ext-link xlink:href="https://example.org">us</ext-link> and these <ext-link '
                'xlink:href="https://example.org/conditions">licence terms</ext-link>.</license-p></license>',
                "https://example.org/conditions",
                None,
            ),
            ("<copyright-statement>© Drawn House</copyright-statement>", "", None),
        ],
    )
    def test_licence(self, permissions: str, licence: str, redistribution: bool | None) -> None:
        found = read(article(meta=f"<permissions>{permissions}</permissions>"))
        assert (found.licence, found.redistribution) == (licence, redistribution)

    @pytest.mark.parametrize(
        ("meta", "open_"),
        [
            ('<permissions><license license-type="open-access"/></permissions>', True),
            ("<permissions><license><license-p>This is open access.</license-p></license></permissions>", True),
            ('<free_to_read xmlns="http://www.niso.org/schemas/ali/1.0/"/>', True),
            ('<article-id pub-id-type="pmcid">PMC4711</article-id>', True),
            (
                "<custom-meta-group><custom-meta><meta-name>open-access</meta-name><meta-value>false</meta-value>"
                "</custom-meta></custom-meta-group>",
                False,
            ),
            ("<permissions><license><license-p>All rights reserved.</license-p></license></permissions>", None),
        ],
    )
    def test_open(self, meta: str, open_: bool | None) -> None:
        assert read(article(meta=meta)).open is open_

    def test_number_in_pmc_out_of_the_url(self) -> None:
        url = "https://www.ebi.ac.uk/europepmc/webservices/rest/PMC4711/fullTextXML"
        found = read(article(fig()), url)
        assert found.article_url == "https://europepmc.org/articles/PMC4711"
        assert found.figures[0].image_url == "https://europepmc.org/articles/PMC4711/bin/leaf.jpg"

    def test_other_server_in_the_place_of_europe_pmc_has_its_files(self) -> None:
        found = read(article(fig()), "http://127.0.0.1:8000/europepmc/webservices/rest/PMC4711/fullTextXML")
        assert found.figures[0].image_url == "http://127.0.0.1:8000/europepmc/articles/PMC4711/bin/leaf.jpg"

    def test_addresses_that_the_article_names(self) -> None:
        uris = (
            '<self-uri content-type="pdf" xlink:href="https://example.org/moss.pdf"/>'
            '<self-uri xlink:href="https://example.org/moss"/>'
        )
        found = read(article(meta=uris))
        assert (found.pdf_url, found.article_url) == ("https://example.org/moss.pdf", "https://example.org/moss")

    def test_contributors_without_a_kind_are_authors(self) -> None:
        group = f"<contrib-group><contrib>{NAME.format('Stein', 'Ada')}</contrib></contrib-group>"
        assert read(article(meta=group)).authors == ("Ada Stein",)


class TestCaptions:
    def test_label_title_and_paragraphs_with_markup(self) -> None:
        figure = only(
            fig(
                caption="<title>A\n leaf<sup>2</sup>.</title><p>(<bold>a</bold>) Above,\n  <xref ref-type='bibr' "
                "rid='r'>[2]</xref>.</p><p>(<bold>b</bold>) Below.</p>"
            )
        )
        assert figure.caption == "Figure 1 A leaf2. (a) Above, [2]. (b) Below."
        marked = [(figure.caption[each.start : each.end], each.start, each.kind) for each in figure.markup]
        assert marked == [("2", 15, "superscript"), ("a", 19, "bold"), ("b", 35, "bold")]

    def test_what_is_none_of_its_words_is_left_out(self) -> None:
        figure = only(
            '<fig id="f1"><object-id pub-id-type="doi">10.5555/moss.7.001</object-id><label>Figure 1.</label><caption>'
            "<title>A leaf.</title><p><bold>DOI:</bold> <ext-link>http://dx.doi.org/10.5555/moss.7.001</ext-link></p>"
            "<p>doi:10.5555/moss.7.g001</p><p>Seen from above.<attrib>Photo: nobody</attrib></p>"
            "<p><supplementary-material><label>Figure 1—source data 1.</label><caption><p>Numbers.</p></caption>"
            "</supplementary-material></p></caption><alt-text>A photo</alt-text><long-desc>Long.</long-desc>"
            "<permissions><copyright-statement>© nobody</copyright-statement></permissions>"
            '<graphic xlink:href="a"/></fig>'
        )
        assert figure.caption == "Figure 1. A leaf. Seen from above."

    def test_label_that_the_caption_repeats_stands_once(self) -> None:
        assert only(fig("Fig. 1", "<p>Fig. 1. A leaf.</p>")).caption == "Fig. 1. A leaf."
        assert only(fig("Fig. 1", "<p>Fig. 12 has more.</p>")).caption == "Fig. 1 Fig. 12 has more."

    def test_label_within_the_caption(self) -> None:
        figure = only('<fig><caption><p>Fig. 3. A leaf.</p></caption><graphic xlink:href="a"/></fig>')
        assert (figure.label, figure.caption) == ("3", "Fig. 3. A leaf.")

    def test_paragraph_in_the_place_of_a_caption(self) -> None:
        assert only('<fig><label>1</label><p>A leaf.</p><graphic xlink:href="a"/></fig>').caption == "1 A leaf."

    def test_named_characters_of_old_dtds(self) -> None:
        text = '<!DOCTYPE article PUBLIC "-//NLM//DTD v2.3//EN" "j.dtd">' + article(
            fig(caption="<p>&alpha;&ndash;1</p>")
        )
        assert read(text).figures[0].caption == "Figure 1 α–1"


class TestLabels:
    @pytest.mark.parametrize(
        ("printed", "kind", "label", "role"),
        [
            ("Fig. 2", "", "2", "figure"),
            ("FIGURE 3 |", "", "3", "figure"),
            ("Figure 2—figure supplement 1.", "", "2-figure supplement 1", "figure"),
            ("Scheme 1", "", "Scheme 1", "figure"),
            ("1", "scheme", "Scheme 1", "figure"),
            ("Chart 2.", "", "Chart 2", "figure"),
            ("4.", "", "4", "figure"),
            ("Extended Data Fig. 1", "", "Extended Data 1", "figure"),
            ("Figure A1", "", "A1", "figure"),
            ("Supplementary Figure 2", "", "S2", "supplementary"),
            ("S1 Fig.", "", "S1", "supplementary"),
            ("Author response image 1.", "", "Author response image 1", "figure"),
        ],
    )
    def test_label(self, printed: str, kind: str, label: str, role: str) -> None:
        figure = only(fig(printed, attributes=f'fig-type="{kind}"'))
        assert (figure.type, figure.label, figure.role) == ("Figure", label, role)

    def test_table_shown_as_a_figure(self) -> None:
        figure = only(fig("Table 2"))
        assert (figure.type, figure.label, figure.role) == ("Table", "2", "table")


class TestPlaces:
    def test_tables(self) -> None:
        figure = only(
            '<table-wrap id="t1"><label>Table 1<xref ref-type="fn" rid="n">*</xref></label>'
            "<caption><p>Sizes.</p></caption>"
            '<alternatives><graphic xlink:href="t1"/><table><tr><td><graphic xlink:href="dot"/></td></tr></table>'
            "</alternatives><table-wrap-foot><fn><p>A note.</p></fn></table-wrap-foot></table-wrap>"
        )
        assert (figure.type, figure.role, figure.label, figure.caption) == ("Table", "table", "1", "Table 1 Sizes.")
        assert figure.image_urls == ("t1",)

    @pytest.mark.parametrize(
        "after",
        [
            "<floats-group>{}</floats-group>",
            "<floats-wrap>{}</floats-wrap>",
            "<back><app-group><app><title>Appendix A</title>{}</app></app-group></back>",
        ],
    )
    def test_figures_behind_the_text(self, after: str) -> None:
        assert only("", after=after.format(fig())).role == "figure"

    def test_group_of_figures_with_labels_of_their_own(self) -> None:
        supplement = fig("Figure 1—figure supplement 1.", "<p>Its back.</p>", "back")
        assert [(each.label, each.image_url) for each in figures(f"<fig-group>{fig()}{supplement}</fig-group>")] == [
            ("1", "leaf"),
            ("1-figure supplement 1", "back"),
        ]

    def test_panels_take_label_and_caption_of_their_group(self) -> None:
        group = '<fig-group id="g"><label>Fig. 4</label><caption><p>Leaves.</p></caption>{}{}</fig-group>'
        panels = group.format(fig("(a)", "<p>Old.</p>", "old"), fig("(b)", "", "new"))
        text = '<p>See <xref ref-type="fig" rid="g">Fig. 4</xref>.</p>'
        first, second = figures(text + panels)
        assert (first.label, first.caption) == ("4", "Fig. 4 Leaves. (a) Old.")
        assert (second.label, second.caption, second.mentions) == ("4", "Fig. 4 Leaves. (b)", ("Fig. 4",))

    def test_figure_without_words_takes_those_of_its_group(self) -> None:
        group = f"<fig-group><caption><p>Leaves.</p></caption>{fig('Fig. 5', '')}</fig-group>"
        assert only(group).caption == "Fig. 5 Leaves."

    def test_group_of_graphics_is_a_figure(self) -> None:
        figure = only('<fig-group><label>Fig. 6</label><graphic xlink:href="a"/><graphic xlink:href="b"/></fig-group>')
        assert (figure.label, figure.image_urls) == ("6", ("a", "b"))

    def test_boxes_and_formulas_are_none(self) -> None:
        body = (
            "<boxed-text><label>Box 1</label><p>Words.</p></boxed-text>"
            '<disp-formula><label>(1)</label><graphic xlink:href="e1"/></disp-formula>'
        )
        assert figures(body) == ()
        assert only(f"<boxed-text>{fig()}</boxed-text>").label == "1"

    def test_films_are_none(self) -> None:
        film = '<media mimetype="video" xlink:href="a.mp4"><label>Video 1.</label></media>'
        assert figures(film) == ()
        assert figures(f"<fig><label>Movie 1</label>{film}</fig>") == ()


class TestBesideTheFigures:
    def test_graphical_abstract(self) -> None:
        abstract = (
            "<abstract><p>Words.</p></abstract><abstract abstract-type='graphical'><title>Graphical abstract</title>"
            "<p>Moss wins.<boxed-text><graphic xlink:href='toc.jpg'/></boxed-text></p></abstract>"
        )
        found = read(article(abstract=abstract))
        (figure,) = found.figures
        assert (figure.role, figure.caption, figure.image_url) == ("graphical abstract", "Moss wins.", "toc.jpg")
        assert found.abstract == "Words."

    def test_picture_above_an_abstract(self) -> None:
        abstract = (
            "<abstract><p content-type='toc-graphic'><graphic xlink:href='toc'/></p>"
            "<p>Words <inline-formula><graphic xlink:href='eq'/></inline-formula>.</p></abstract>"
        )
        figure = only("", abstract=abstract)
        assert (figure.role, figure.caption, figure.image_urls) == ("graphical abstract", "", ("toc",))

    def test_figure_within_a_graphical_abstract(self) -> None:
        abstract = (
            "<abstract abstract-type='graphical'><p>Moss wins.</p>"
            "<p><fig id='u'><graphic xlink:href='u'/></fig></p></abstract>"
        )
        figure = only("", abstract=abstract)
        assert (figure.role, figure.label, figure.caption) == ("graphical abstract", "", "Moss wins.")

    def test_author_photo(self) -> None:
        after = "<back><bio><p><bold>Ada Stein</bold> likes moss.</p><graphic xlink:href='ada.gif'/></bio></back>"
        figure = only("", after=after)
        assert (figure.role, figure.caption, figure.image_url) == ("author photo", "Ada Stein likes moss.", "ada.gif")

    def test_files_of_the_supplement(self) -> None:
        body = (
            '<supplementary-material mimetype="image/tiff" xlink:href="s1.tif"><label>Figure S1</label>'
            "<caption><title>More.</title><p>(TIF)</p></caption></supplementary-material>"
            '<supplementary-material><label>Table S1</label><caption><p>Sizes.</p></caption><media xlink:href="s2.doc">'
            "<caption><p>Click here.</p></caption></media></supplementary-material>"
            "<supplementary-material><label>Text S1</label><caption><p>Methods.</p></caption></supplementary-material>"
            '<supplementary-material><label>Video S1</label><media xlink:href="s3.mp4"/></supplementary-material>'
            "<supplementary-material><label>Figure 1—source data 1.</label></supplementary-material>"
        )
        found = figures(body)
        assert [(each.type, each.label, each.caption, each.image_urls) for each in found] == [
            ("Figure", "S1", "Figure S1 More.", ("s1.tif",)),
            ("Table", "S1", "Table S1 Sizes.", ()),
        ]
        assert {each.role for each in found} == {"supplementary"}

    @pytest.mark.parametrize(
        "around",
        [
            "<supplementary-material>{}</supplementary-material>",
            '<sec sec-type="supplementary-material"><title>More</title>{}</sec>',
            "<app><title>Supplementary Materials</title>{}</app>",
        ],
    )
    def test_figures_of_the_supplement(self, around: str) -> None:
        figure = only(around.format(fig()))
        assert (figure.label, figure.role) == ("1", "supplementary")

    def test_figures_of_a_review_are_no_figures_of_the_article(self) -> None:
        reply = f'<sub-article article-type="reply"><body>{fig("Author response image 1.")}</body></sub-article>'
        figure = only("", after=reply)
        assert (figure.label, figure.role) == ("Author response image 1", "supplementary")

    def test_translation_does_not_repeat_the_figures(self) -> None:
        assert (
            len(figures(fig(), after=f'<sub-article article-type="translation"><body>{fig()}</body></sub-article>'))
            == 1
        )


class TestPictures:
    def test_sizes_of_one_picture(self) -> None:
        graphics = "".join(
            f'<graphic {attributes} xlink:href="{name}"/>'
            for name, attributes in [
                ("a-thumb.gif", ""),
                ("b.jpg", 'specific-use="thumbnail"'),
                ("c.eps", ""),
                ("d.jpg", ""),
                ("e.png", 'specific-use="hi-res"'),
                ("f.tif", ""),
            ]
        )
        figure = only(f"<fig><label>Fig. 1</label><alternatives>{graphics}</alternatives></fig>")
        assert figure.image_urls == ("f.tif", "e.png", "d.jpg", "a-thumb.gif", "b.jpg", "c.eps")

    def test_same_name_is_the_same_picture(self) -> None:
        names = ("g1_Thumb.gif", "g1.jpg", "g2.gif", "g2_large.jpg")
        graphics = "".join(f'<p><graphic xlink:href="{name}"/></p>' for name in names)
        # All sizes of the first part, then the best of the other.
        assert only(f"<fig><label>1</label>{graphics}</fig>").image_urls == ("g1.jpg", "g1_Thumb.gif", "g2_large.jpg")

    @pytest.mark.parametrize(
        ("name", "file"),
        [
            ("leaf", "leaf.jpg"),
            ("leaf.gif", "leaf.gif"),
            ("leaf.tif", "leaf.jpg"),
            ("moss.0012345.g001", "moss.0012345.g001.jpg"),
            ("MediaObjects/leaf.png", "leaf.png"),
            ("two words", "two%20words.jpg"),
        ],
    )
    def test_europe_pmc(self, name: str, file: str) -> None:
        ids = '<article-id pub-id-type="pmcid">PMC4711</article-id>'
        assert only(fig(graphic=name), ids=ids).image_urls == (f"https://europepmc.org/articles/PMC4711/bin/{file}",)

    def test_full_address_stays(self) -> None:
        ids = '<article-id pub-id-type="pmc">4711</article-id>'
        assert only(fig(graphic="https://example.org/a.png"), ids=ids).image_urls == ("https://example.org/a.png",)

    def test_plos(self) -> None:
        # The rules go by the publisher's prefix; the number behind it is none of a real article.
        found = read(
            article(
                fig(graphic="info:doi/10.1371/journal.pone.9999999.g001")
                + '<supplementary-material mimetype="image/tiff" '
                'xlink:href="info:doi/10.1371/journal.pone.9999999.s001">'
                "<label>S1 Fig</label></supplementary-material>",
                ids='<article-id pub-id-type="doi">10.1371/journal.pone.9999999</article-id>',
            )
        )
        site = "https://journals.plos.org/plosone/article"
        assert found.figures[0].image_urls == tuple(
            f"{site}/figure/image?size={size}&id=10.1371/journal.pone.9999999.g001"
            for size in ("original", "large", "medium")
        )
        assert found.figures[1].image_urls == (f"{site}/file?type=supplementary&id=10.1371/journal.pone.9999999.s001",)
        assert found.pdf_url == f"{site}/file?id=10.1371/journal.pone.9999999&type=printable"

    @pytest.mark.parametrize("name", ["elife-99999-fig1-v1", "elife-99999-fig1-v1.tif"])
    def test_elife(self, name: str) -> None:
        ids = (
            '<article-id pub-id-type="publisher-id">99999</article-id>'
            '<article-id pub-id-type="doi">10.7554/eLife.99999</article-id>'
        )
        pdf = '<self-uri content-type="pdf" xlink:href="elife-99999-v1.pdf"/>'
        found = read(article(fig(graphic=name), ids=ids, meta=pdf))
        assert found.figures[0].image_urls == (
            "https://iiif.elifesciences.org/lax/99999%2Felife-99999-fig1-v1.tif/full/full/0/default.jpg",
            "https://iiif.elifesciences.org/lax/99999%2Felife-99999-fig1-v1.tif/full/1500,/0/default.jpg",
        )
        assert found.pdf_url == "https://cdn.elifesciences.org/articles/99999/elife-99999-v1.pdf"

    def test_springer(self) -> None:
        name = "MediaObjects/moss_Fig1_HTML.png"
        assert only(f'<fig><label>Fig. 1</label><p><graphic xlink:href="{name}"/></p></fig>').image_urls == (
            f"https://media.springernature.com/full/springer-static/image/art%3A10.5555%2Fmoss.7/{name}",
            f"https://media.springernature.com/lw685/springer-static/image/art%3A10.5555%2Fmoss.7/{name}",
        )


class TestMentions:
    def test_texts_as_printed_in_their_order(self) -> None:
        text = (
            '<p>In <xref ref-type="fig" rid="f1">Fig. 1b</xref>, <xref ref-type="fig" rid="f1 f2">Figs 1 and 2</xref>, '
            '<xref ref-type="fig" rid="f1">Fig. 1b</xref>.</p>'
        )
        caption = '<p>As <xref ref-type="fig" rid="f1">Fig. 1</xref> in a caption.</p>'
        first = only(text + fig(caption=caption))
        assert first.mentions == ("Fig. 1b", "Figs 1 and 2")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("(Fig. {}a,b) shows", "Fig. 1a,b"),
            ("Figure {} a plant", "Figure 1"),
            ("<bold>Figure</bold>\n{}c", "Figure 1c"),
            ("Figs. <xref rid='f2'>2</xref> and {}", "Fig. 1"),
            ("Figures 2a, 3 and {}B", "Figure 1B"),
            ("Supplementary Figs {}", "Supplementary Fig 1"),
            ("stones [{}]", "1"),
        ],
    )
    def test_number_that_is_linked_alone(self, text: str, expected: str) -> None:
        text = text.format('<xref ref-type="fig" rid="f1">1</xref>')
        assert only(f"<p>{text}</p>{fig()}").mentions == (expected,)

    def test_tables_and_schemes(self) -> None:
        body = (
            '<p><xref ref-type="other" rid="s">Scheme 1</xref>, Table <xref ref-type="table" rid="t">1</xref></p>'
            '<fig id="s"><label>Scheme 1</label><graphic xlink:href="a"/></fig>'
            '<table-wrap id="t"><label>Table 1</label></table-wrap>'
        )
        assert [each.mentions for each in figures(body)] == [("Scheme 1",), ("Table 1",)]


def test_damaged_articles_are_read_or_refused() -> None:
    whole = article(fig() + "<p>See <xref rid='f1'>Fig. 1</xref>.</p>", abstract="<abstract><p>Words.</p></abstract>")
    root = etree.fromstring(whole)
    chance = random.Random(7)
    elements = [each for each in root.iter() if each is not root]
    for _ in range(200):
        damaged = etree.fromstring(whole)
        for each in chance.sample([each for each in damaged.iter() if each is not damaged], 3):
            if chance.random() < 0.5 and each.getparent() is not None:
                each.getparent().remove(each)
            else:
                each.tag = chance.choice(elements).tag
        assert len(read_jats(damaged)) <= 1


class TestRealArticles:
    """As many figures and tables as the files hold, each with a caption or a picture."""

    def test_all(self, shared: Path) -> None:
        folder = shared / "web"
        files = [*folder.glob("*/jats/*.xml"), *folder.glob("pmc/*ml"), *folder.glob("springernature_api/*.xml")]
        for file in files:
            body = file.read_bytes()
            (found,) = read_jats(body)
            held = body.count(b"<fig ") + body.count(b"<table-wrap ")
            of_the_text = [each for each in found.figures if each.role in ("figure", "table")]
            replies = [each for each in found.figures if each.label.startswith("Author response")]
            assert len(of_the_text) + len(replies) == held, file
            assert all(each.image_urls for each in of_the_text if each.type == "Figure"), file
            assert found.doi.startswith("10."), file
            assert found.title, file
            assert found.date, file
        assert len(files) >= 30
