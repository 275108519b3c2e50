"""The networks that find panels and marks: what their answers mean, and that they learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from exsclaim_core.model import Box
from exsclaim_core.panels.networks.examples import Figures, letters_as_read, mark_example, panel_example
from exsclaim_core.panels.networks.mark_network import KINDS, MarkNetwork, mark_loss, read_peaks
from exsclaim_core.panels.networks.panel_network import (
    LONG_SIDE,
    STRIDE,
    PanelNetwork,
    panel_loss,
    read_boxes,
    with_letters,
)
from exsclaim_core.panels.networks.serving import as_input
from exsclaim_core.panels.networks.training import TrainingSettings, train

NOWHERE = Path("nowhere")  # no material: everything is drawn


def test_places_in_a_panel_say_where_its_sides_are() -> None:
    logits = np.full((6, 8), -9.0, np.float32)
    sides = np.zeros((4, 6, 8), np.float32)
    # Two places of one panel that reaches from 8 to 40 across and from 8 to 24 down, in pixels of the network.
    for row, column in ((1, 2), (2, 3)):
        x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
        logits[row, column] = 2.0
        sides[:, row, column] = np.array((x - 8, y - 8, 40 - x, 24 - y)) / LONG_SIDE
    ((box, chance),) = read_boxes(logits, sides)
    assert np.array(box) * LONG_SIDE == pytest.approx([8, 8, 40, 24], abs=1e-3)
    assert chance == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_a_right_answer_costs_little_and_a_wrong_one_much() -> None:
    boxes = [torch.tensor([[0.1, 0.1, 0.5, 0.4], [0.55, 0.1, 0.95, 0.4]])]
    rows, columns = 28, 56
    x = (torch.arange(columns) + 0.5) * STRIDE / LONG_SIDE
    y = (torch.arange(rows) + 0.5) * STRIDE / LONG_SIDE
    right = torch.full((1, 1, rows, columns), -8.0)
    sides = torch.full((1, 4, rows, columns), 0.2)
    for x0, y0, x1, y1 in boxes[0].tolist():
        inside = ((y > y0) & (y < y1))[:, None] & ((x > x0) & (x < x1))[None, :]
        across, down = (x1 - x0) / 4, (y1 - y0) / 4  # the middle half speaks for the panel
        middle = ((y > y0 + down) & (y < y1 - down))[:, None] & ((x > x0 + across) & (x < x1 - across))[None, :]
        right[0, 0][middle] = 8.0
        own = torch.stack(
            (
                (x - x0).expand(rows, columns),
                (y - y0)[:, None].expand(rows, columns),
                (x1 - x).expand(rows, columns),
                (y1 - y)[:, None].expand(rows, columns),
            )
        )
        sides[0][:, inside] = own[:, inside]
    there, where = panel_loss(right, sides, boxes)
    assert float(there) < 0.1
    assert float(where) == pytest.approx(0.0, abs=1e-4)
    wrong_there, wrong_where = panel_loss(-right, 3 * sides, boxes)
    assert float(wrong_there) > 3
    assert float(wrong_where) > 0.5


def test_peaks_say_what_stands_where_and_how_large_it_is() -> None:
    heat = np.full((len(KINDS), 10, 12), -9.0, np.float32)
    size = np.zeros((4 * len(KINDS), 10, 12), np.float32)
    heat[1, 4, 6], heat[1, 4, 7] = 3.0, 1.0  # the lower one beside it is its hill
    size[4:8, 4, 6] = 0.25, -0.5, np.log(30), np.log(4)
    (peak,) = read_peaks(heat, size)
    assert peak.kind == "bar"
    assert peak.box == pytest.approx((27 - 15, 16 - 2, 27 + 15, 16 + 2))


def test_the_loss_of_marks_knows_their_middle() -> None:
    marks = [[torch.tensor([[8.0, 8.0, 24.0, 24.0]]), torch.zeros((0, 4)), torch.zeros((0, 4))]]
    heat = torch.full((1, 3, 16, 16), -8.0)
    size = torch.zeros((1, 12, 16, 16))
    heat[0, 0, 4, 4] = 8.0
    size[0, :4, 4, 4] = torch.tensor((-0.5, -0.5, np.log(16), np.log(16)))
    there, where = mark_loss(heat, size, marks)
    assert float(there) < 0.1
    assert float(where) == pytest.approx(0.0, abs=1e-6)


def test_answers_have_the_shape_of_the_picture() -> None:
    pictures = torch.from_numpy(as_input([np.zeros((100, 130, 3), np.uint8)], 64))
    assert pictures.shape == (1, 3, 128, 192)
    assert pictures[0, :, 100:].min() == 1  # filled up with white
    chances, sides = PanelNetwork().eval()(torch.from_numpy(with_letters(pictures.numpy(), [[]])))
    assert chances.shape == (1, 1, 16, 24)
    assert sides.shape == (1, 4, 16, 24)
    heat, size = MarkNetwork().eval()(pictures)
    assert heat.shape == (1, 3, 32, 48)
    assert size.shape == (1, 12, 32, 48)


def test_examples_show_what_their_truth_says(tmp_path: Path) -> None:
    figures = Figures(tmp_path, 0, "train", NOWHERE)
    figure = figures.figure(3)
    again = Figures(tmp_path, 0, "train", NOWHERE).figure(3)  # from the folder
    assert again.panels == figure.panels
    assert np.abs(again.pixels.astype(int) - figure.pixels).mean() < 3  # kept as JPEG
    pixels, hints, boxes = panel_example(np.random.default_rng(0), figure, varied=False)
    assert max(pixels.shape[:2]) == LONG_SIDE
    assert len(boxes) == len(figure.panels)
    assert boxes.min() >= 0
    assert boxes.max() <= 1.001
    scale = LONG_SIDE / max(figure.pixels.shape[:2])
    letters = [panel.label_box for panel in figure.panels if panel.label_box]
    assert letters  # else another figure would tell more
    assert [box.x0 for box, _ in hints] == pytest.approx([box.x0 * scale for box in letters], abs=0.5)
    piece, marks = mark_example(np.random.default_rng(0), figure)
    assert piece.shape == (320, 320, 3)
    assert len(marks[0]) <= len(figure.panels)


def test_training_makes_the_loss_small_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    losses: list[tuple[int, float]] = []

    def settings(steps: int) -> TrainingSettings:
        return TrainingSettings(
            figures=2, batch=2, steps=steps, held_out=2, workers=0, learning_rate=5e-3, report_every=6
        )

    def note(step: int, loss: float, _seconds: float) -> None:
        losses.append((step, loss))

    train("marks", NOWHERE, tmp_path / "first.pt", tmp_path / "work", settings(6), note)
    train("marks", NOWHERE, tmp_path / "more.pt", tmp_path / "work", settings(24), note)
    assert [step for step, _ in losses] == [6, 12, 18, 24]
    assert losses[3][1] < losses[0][1]
    curve = (tmp_path / "work" / "marks.csv").read_text().splitlines()
    assert curve[0] == "step,seconds,loss,there,where"
    assert len(curve) == 5
    network = MarkNetwork()
    network.load_state_dict(torch.load(tmp_path / "more.pt", weights_only=True))


def test_a_picture_is_seen_with_the_chances_of_its_letters() -> None:
    white = np.ones((2, 3, 64, 128), np.float32)
    seen = with_letters(white, [[(Box(10, 20, 30, 50), 0.75), (Box(14, 22, 18, 25), 1.0)], []])
    assert seen.shape == (2, 4, 64, 128)
    assert (seen[:, :3] == white).all()
    assert seen[0, 3, 40, 20] == 0.75
    assert seen[0, 3, 23, 16] == 1.0  # the surer one of two
    assert seen[0, 3].sum() == pytest.approx(0.75 * (20 * 30 - 8 * 8) + 8 * 8)  # small ones are shown larger
    assert not seen[1, 3].any()


def test_letters_are_learned_from_with_the_errors_of_reading() -> None:
    random = np.random.default_rng(1)
    letters = [Box(100 * k, 0, 100 * k + 12, 14) for k in range(6)]
    read = [letters_as_read(random, letters, 600, 400) for _ in range(400)]
    assert 0.05 < np.mean([not found for found in read]) < 0.2  # of figures, without any
    whole = [sum(any(box.intersection(letter) > 0 for box, _ in found) for letter in letters) for found in read]
    assert 0.3 < np.mean([count == 6 for count in whole]) < 0.8
    assert any(len(found) > 6 for found in read)  # words taken for letters
    assert all(0.5 <= chance <= 1 for found in read for _, chance in found)
