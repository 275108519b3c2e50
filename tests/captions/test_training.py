"""Training on a treebank of a few sentences that the tests have made up; reading and varying of trees."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from spacy.vocab import Vocab
from typer.testing import CliRunner

from exsclaim_core.captions.augmentation import (
    noun_phrase,
    vary,
    with_label_before,
    with_label_behind,
    with_label_inside,
    with_other_first_letter,
    with_white_space,
    without_full_stop,
)
from exsclaim_core.captions.drawn_captions import draw_caption
from exsclaim_core.captions.language import load_language
from exsclaim_core.captions.network import Network
from exsclaim_core.captions.tokenizer import CaptionTokenizer
from exsclaim_core.captions.training import Measures, TrainingSettings, train_captions
from exsclaim_core.captions.treebank import ROOT, Sentence, as_document, read_treebank

# form, base form, class, tag, head, relation, what follows
SENTENCE = """\
1	{adjective}	{adjective}	ADJ	JJ	_	2	amod	_	_
2	{noun}s	{noun}	NOUN	NNS	_	3	nsubj	_	_
3	cover	cover	VERB	VBP	_	0	root	_	_
4	the	the	DET	DT	_	5	det	_	_
5	{other}	{other}	NOUN	NN	_	3	obj	_	_
6	of	of	ADP	IN	_	7	case	_	_
7	glass	glass	NOUN	NN	_	5	nmod	_	SpaceAfter=No
8	.	.	PUNCT	.	_	3	punct	_	_

"""
JOINED = """\
# newdoc id = joined
1	We	we	PRON	PRP	_	4	nsubj	_	_
2-3	cannot	_	_	_	_	_	_	_	_
2	can	can	AUX	MD	_	4	aux	_	_
3	not	not	PART	RB	_	4	advmod	_	_
4	see	see	VERB	VB	_	0	root	_	SpaceAfter=No
5	.	.	PUNCT	.	_	4	punct	_	_

"""
SMALL = Network(width=16, depth=1, rows=(200, 50, 100, 50), parser_width=16)


def treebank(nouns: list[str]) -> str:
    rows = [
        SENTENCE.format(adjective=adjective, noun=noun, other=other)
        for noun in nouns
        for adjective in ("small", "Thin", "dark")
        for other in ("plate", "substrate")
    ]
    return "# newdoc id = drawn\n" + "".join(rows) + JOINED


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "treebank"
    folder.mkdir(parents=True)
    (folder / "train.conllu").write_text(treebank(["rod", "grain", "wire", "flake"]), encoding="utf-8")
    (folder / "dev.conllu").write_text(treebank(["tube"]), encoding="utf-8")
    return folder.parent


@pytest.fixture
def sentence(data: Path) -> Sentence:
    """ "small rods cover the plate of glass." """
    return read_treebank(data / "treebank" / "train.conllu")[0][0]


def drawn(sentence: Sentence) -> str:
    return as_document(Vocab(), [sentence]).text.strip()


def label_and_head(sentence: Sentence) -> tuple[str, str]:
    label = next(word for word in sentence if word.relation == "panel")
    return label.form, sentence[label.head].form


class TestReading:
    def test_documents_and_sentences(self, data: Path) -> None:
        first, second = read_treebank(data / "treebank" / "dev.conllu")
        assert (len(first), len(second)) == (6, 1)
        assert drawn(first[0]) == "small tubes cover the plate of glass."

    def test_words_that_are_written_as_one(self, data: Path) -> None:
        sentence = read_treebank(data / "treebank" / "dev.conllu")[1][0]
        assert drawn(sentence) == "We cannot see."
        assert [word.form for word in sentence] == ["We", "can", "not", "see", "."]
        assert [word.head for word in sentence] == [3, 3, 3, ROOT, 3]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("1\tGlass\n\n", "2 columns"),
            ("1\tGlass\tglass\tNOUN\tNN\t_\t7\troot\t_\t_\n\n", "no tree"),
            ("1\tGlass\tglass\tNOUN\tNN\t_\t_\troot\t_\t_\n\n", "the head '_'"),
            ("1\tGlass\tglass\tNOUN\tNN\t_\t0\troot\t_\t_\n", "empty line"),
        ],
    )
    def test_files_that_are_none(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "bad.conllu"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            read_treebank(path)


class TestVarying:
    def test_a_letter_before_hangs_on_the_root(self, sentence: Sentence) -> None:
        labelled = with_label_before(sentence, Random(0))
        assert labelled[-8:][0].form == "small"
        assert label_and_head(labelled)[1] == "cover"

    def test_a_letter_behind_hangs_on_what_it_stands_at(self, sentence: Sentence) -> None:
        for seed in range(20):
            labelled = with_label_behind(sentence, Random(seed))
            head = label_and_head(labelled)[1]
            before = drawn(labelled).split(" (")[0]
            # Behind the word itself or behind its whole phrase.
            assert before.endswith((head, "of glass"))
            assert head in ("small", "rods", "plate", "glass")

    def test_a_letter_inside_stands_before_its_phrase(self, sentence: Sentence) -> None:
        starts = {"rods": "small rods", "plate": "the plate", "glass": "glass"}
        for seed in range(20):
            labelled = with_label_inside(sentence, Random(seed))
            head = label_and_head(labelled)[1]
            assert drawn(labelled).partition(") ")[2].startswith(starts[head])

    def test_a_noun_phrase_alone(self, sentence: Sentence) -> None:
        found = {
            drawn(phrase).rstrip(".").lower() for seed in range(40) if (phrase := noun_phrase(sentence, Random(seed)))
        }
        assert found == {"small rods", "the plate of glass"}

    def test_small_changes(self, sentence: Sentence) -> None:
        assert drawn(without_full_stop(sentence)) == "small rods cover the plate of glass"
        assert drawn(with_other_first_letter(sentence)).startswith("Small rods")
        assert drawn(with_white_space(sentence, Random(1))).split() == drawn(sentence).split()

    @pytest.mark.parametrize("captions", [False, True])
    def test_all_are_trees_whose_words_the_tokenizer_finds(self, sentence: Sentence, captions: bool) -> None:
        vocab = Vocab()
        for seed in range(200):
            doc = as_document(vocab, draw_caption(Random(seed)) if captions else [vary(sentence, Random(seed))])
            # spaCy counts sentences by their trees: words that hang together stand together.
            assert all(word.left_edge.i <= word.i <= word.right_edge.i for word in doc)
            words = [word.text for word in CaptionTokenizer(vocab)(doc.text) if not word.is_space]
            assert words == [word.text for word in doc if not word.is_space]


class TestTraining:
    def test_weights_that_can_be_loaded(self, data: Path, tmp_path: Path) -> None:
        epochs: list[int] = []
        settings = TrainingSettings(
            epochs=10, words_a_batch=(40, 80), learning_rate=0.02, dropout=0.0, drawn_captions=5, network=SMALL
        )
        best = train_captions(data, tmp_path / "weights", settings, lambda epoch, measures: epochs.append(epoch))
        assert epochs == list(range(1, 11))
        assert best.words == 1.0
        assert best.tags > 0.9
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "weights"]
        doc = load_language(tmp_path / "weights")("Dark rods cover the plate of glass.")
        assert [word.tag_ for word in doc] == ["JJ", "NNS", "VBP", "DT", "NN", "IN", "NN", "."]
        assert [word.lemma_ for word in doc][1] == "rod"

    def test_an_interruption_leaves_the_best_so_far(self, data: Path, tmp_path: Path) -> None:
        def interrupt(epoch: int, _: Measures) -> None:
            if epoch == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train_captions(data, tmp_path / "weights", TrainingSettings(drawn_captions=0, network=SMALL), interrupt)
        assert load_language(tmp_path / "weights").meta["training"]["epoch"] == 1

    def test_the_same_seed_gives_the_same(self, data: Path, tmp_path: Path) -> None:
        settings = TrainingSettings(epochs=1, drawn_captions=2, network=SMALL, seed=3)
        measures = [train_captions(data, tmp_path / name, settings) for name in ("one", "two")]
        assert measures[0] == measures[1]

    def test_the_command(self, data: Path, tmp_path: Path) -> None:
        from flows.train_commands import app

        arguments = ["captions", "--data", str(data), "--out", str(tmp_path / "out"), "--epochs", "1"]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0
        assert "epoch 1: words 1.000" in result.output
        assert (tmp_path / "out" / "meta.json").exists()

    def test_the_command_without_a_treebank(self, tmp_path: Path) -> None:
        from flows.train_commands import app

        result = CliRunner().invoke(app, ["captions", "--data", str(tmp_path), "--out", str(tmp_path / "out")])
        assert result.exit_code == 2
        assert "train.conllu" in result.output
