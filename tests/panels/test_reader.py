"""Reading of letters and scale labels: the network, the texts that its columns spell, the weights that come with it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from exsclaim_core.model import Box
from exsclaim_core.panels.networks.reader_network import (
    HEIGHT,
    STEP,
    Reader,
    ReaderNetwork,
    as_rows,
    log_chances,
    prepare,
    read_texts,
)
from exsclaim_core.panels.networks.reading_examples import Words, draw_word
from exsclaim_core.panels.networks.reading_training import text_loss
from exsclaim_core.panels.networks.readings import CHARACTERS, Reading, decode, encode, read_columns
from exsclaim_core.panels.networks.text_beams import beams, greedy, likelihoods
from exsclaim_core.panels.synthesis.fonts import put, stamp

pytestmark = pytest.mark.usefixtures("one_thread")

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def printed(text: str, font: str = "helv", size: int = 18, ink=BLACK, ground=WHITE) -> tuple[np.ndarray, Box]:
    """A text in the middle of a plain picture, and its box."""
    mark = stamp(text, font, size)
    image = Image.new("RGB", (mark.width + 40, mark.height + 40), ground)
    box = put(image, (20, 20), mark, ink)
    return np.asarray(image), box


def chances_of(*columns: dict[str, float]) -> np.ndarray:
    """Logarithms of chances, column by column; "" stands for no character."""
    out = np.full((len(columns), 1 + len(CHARACTERS)), -30.0, np.float32)
    for row, column in zip(out, columns, strict=True):
        for character, chance in column.items():
            row[CHARACTERS.index(character) + 1 if character else 0] = np.log(chance)
    return out


def test_repeated_columns_are_one_character_unless_an_empty_one_parts_them():
    a, none = {"a": 1.0}, {"": 1.0}
    assert decode(greedy(chances_of(a, a, none, a))) == "aa"
    assert decode(greedy(chances_of(none, a, a, none))) == "a"


def test_beams_add_up_the_ways_in_which_a_text_can_be_spelled():
    # Column by column "nothing" is likeliest (0.6 * 0.6 = 0.36), but "a" comes about in three ways: 0.64.
    chances = chances_of({"": 0.6, "a": 0.4}, {"": 0.6, "a": 0.4})
    assert greedy(chances) == ()
    (best, value), *_ = beams(chances)
    assert decode(best) == "a"
    assert np.exp(value) == pytest.approx(0.64, abs=1e-4)
    assert np.exp(likelihoods(chances, [encode("a"), ()])) == pytest.approx([0.64, 0.36], abs=1e-4)


def test_crop_is_as_high_as_the_network_expects_whatever_its_colours():
    for ink, ground in ((BLACK, WHITE), (WHITE, BLACK), ((255, 0, 0), (0, 90, 0))):
        crop = prepare(*printed("50 nm", ink=ink, ground=ground))
        assert crop is not None
        assert crop.shape[0] == HEIGHT
        assert crop.shape[1] % STEP == 0
        assert crop.max() - crop.min() > 1.8


def test_untrained_network_has_one_row_of_chances_a_column():
    wide = np.zeros((HEIGHT, 40 * STEP), np.float32)
    narrow = wide[:, : 5 * STEP]
    network = ReaderNetwork().eval()
    assert network(as_rows([wide, narrow])).shape[2] == 1 + len(CHARACTERS)
    assert [rows.shape[0] for rows in log_chances(network, [wide, narrow])] == [40, 5]
    assert len(read_texts(network, [wide, narrow], "letter")) == 2


def test_a_few_steps_of_training_lower_the_loss():
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    words = [draw_word(random, Words()) for _ in range(8)]
    examples = [(crop, word.text) for word in words if (crop := prepare(word.pixels, word.box)) is not None]
    network = ReaderNetwork().train()
    losses = []
    for _ in range(6):
        loss = text_loss(network, examples)
        network.zero_grad()
        loss.backward()
        with torch.no_grad():  # plain descent: the optimisers of torch take seconds to load
            for values in network.parameters():
                if values.grad is not None:
                    values.sub_(values.grad, alpha=0.05)
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_blurred_label_is_read_as_a_usual_one():
    # "5 m" is a little likelier to the network, and hardly a scale bar.
    chances = chances_of({"5": 1.0}, {" ": 1.0}, {"µ": 0.45, "": 0.55}, {"m": 1.0})
    assert read_columns(chances, "any").text == "5 m"
    assert read_columns(chances, "label").text == "5 µm"


@pytest.mark.parametrize("font", ["helv", "hebo", "tiro", "tibo"])
@pytest.mark.parametrize(("ink", "ground"), [(BLACK, WHITE), (WHITE, BLACK), ((255, 255, 0), (60, 60, 60))])
def test_stored_weights_read_letters(reader, font, ink, ground):
    for pattern in ("{}", "({})", "{})"):
        for letter in "abdegh":
            pixels, box = printed(pattern.format(letter), font, 20, ink, ground)
            assert reader.read_letters(pixels, [box])[0].text == letter


@pytest.mark.parametrize("size", [11, 16, 34])
@pytest.mark.parametrize(
    ("text", "meaning"),
    [("200 nm", "200 nm"), ("5µm", "5 µm"), ("0.5 µm", "0.5 µm"), ("10 1/nm", "10 1/nm"), ("1,000 nm", "1000 nm")],
)
def test_stored_weights_read_scale_labels(reader, size, text, meaning):
    for font in ("helv", "hebo", "tiro"):
        for ink, ground in ((BLACK, WHITE), (WHITE, BLACK)):
            pixels, box = printed(text, font, size, ink, ground)
            assert reader.read_labels(pixels, [box])[0].text == meaning


def test_stored_weights_read_a_blurred_label_on_a_textured_picture(reader):
    noise = np.random.default_rng(3).integers(30, 120, (16, 40), dtype=np.uint8)
    image = Image.fromarray(noise).resize((160, 64), Image.Resampling.BICUBIC).convert("RGB")
    box = put(image, (30, 20), stamp("100 nm", "hebo", 22), WHITE)
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)))
    assert reader.read_labels(blurred, [box])[0].text == "100 nm"


def test_nothing_is_read_where_nothing_is_printed(reader):
    empty = np.full((40, 80, 3), 200, np.uint8)
    box = Box(10, 10, 60, 30)
    inside, outside = reader.read_letters(empty, [box, Box(200, 200, 220, 220)])
    assert inside.text == ""
    assert outside == Reading("", 1.0)
    assert reader.read_labels(empty, [box])[0].text == ""
    assert reader.read_letters(empty, []) == []
