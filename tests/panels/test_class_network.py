"""Classes of panels: the network, and the weights that come with it on panels drawn here."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from exsclaim_core.model import Box
from exsclaim_core.panels.model import CLASSES
from exsclaim_core.panels.networks.class_examples import PanelPictures
from exsclaim_core.panels.networks.class_network import SIDE, Classifier, ClassNetwork, fitted
from exsclaim_core.panels.networks.reading_training import class_batch
from exsclaim_core.panels.synthesis.axes import Sides
from exsclaim_core.panels.synthesis.diffraction import PATTERNS, draw_diffraction
from exsclaim_core.panels.synthesis.figures import draw_figure
from exsclaim_core.panels.synthesis.illustrations import draw_illustration
from exsclaim_core.panels.synthesis.look import draw_look
from exsclaim_core.panels.synthesis.plots import draw_plot
from exsclaim_core.panels.synthesis.sources import Sources
from exsclaim_core.panels.synthesis.textures import draw_texture

pytestmark = pytest.mark.usefixtures("one_thread")

# Element maps and stained sections are left out: in so small a picture they look like photographs.
CLEAR_TEXTURES = ("particles", "rods", "grains", "rough", "glow", "relief")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


def drawn(kind: str, number: int) -> np.ndarray:
    """A panel of a class, another one for each number."""
    random = np.random.default_rng((5, number))
    look = draw_look(random, 1.0, 700, 240)
    match kind:
        case "graph":
            image = draw_plot(random, 240, 190, look, Sides())
        case "microscopy":
            image = draw_texture(random, CLEAR_TEXTURES[number % len(CLEAR_TEXTURES)], 240, 200)
        case "diffraction":
            image = draw_diffraction(random, list(PATTERNS)[number % len(PATTERNS)], 220, 220)
        case _:
            image = draw_illustration(random, "table", 260, 160, look)
    return np.asarray(image.convert("RGB"))


def test_panel_keeps_its_aspect_and_stands_on_grey():
    square = fitted(Image.new("RGB", (200, 100), (255, 255, 255)))
    assert square.shape == (3, SIDE, SIDE)
    rows = (square[0] == 1).any(1)
    assert rows.sum() == SIDE // 2  # 200 x 100 is half as high as wide
    assert (square[:, ~rows] == 0).all()


def test_untrained_network_has_a_logit_a_class():
    network = ClassNetwork().eval()
    assert network(torch.zeros(2, 3, SIDE, SIDE)).shape == (2, len(CLASSES))
    assert sum(values.numel() for values in network.parameters()) < 1_000_000


def test_a_few_steps_of_training_lower_the_loss():
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    pictures = PanelPictures()
    pictures.gather(Sources.drawn(), [draw_figure(np.random.default_rng((1, 4)), Sources.drawn())])
    inputs, numbers = class_batch(pictures, random, 12)
    network = ClassNetwork().train()
    losses = []
    for _ in range(8):
        loss = functional.cross_entropy(network(inputs), numbers)
        network.zero_grad()
        loss.backward()
        with torch.no_grad():  # plain descent: the optimisers of torch take seconds to load
            for values in network.parameters():
                if values.grad is not None:
                    values.sub_(values.grad, alpha=0.03)
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


# Patterns of few spots still pass for micrographs now and then.
@pytest.mark.parametrize(("kind", "least"), [("graph", 7), ("microscopy", 7), ("diffraction", 5), ("table", 7)])
def test_stored_weights_tell_drawn_panels(classifier, kind, least):
    found = []
    for number in range(8):
        pixels = drawn(kind, number)
        found += classifier.classify(pixels, [Box(0, 0, pixels.shape[1], pixels.shape[0])])
    assert sum(each.kind == kind for each in found) >= least
    assert all(sum(each.chances) == pytest.approx(1, abs=1e-4) for each in found)


def test_box_outside_the_figure_is_other_without_confidence(classifier):
    found = classifier.classify(np.zeros((20, 30, 3), np.uint8), [Box(50, 50, 60, 60)])
    assert (found[0].kind, found[0].confidence) == ("other", 0.0)
    assert classifier.classify(np.zeros((20, 30, 3), np.uint8), []) == []
