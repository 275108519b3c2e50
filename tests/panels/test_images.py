"""Image files of every kind as RGB pixels."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exsclaim_core.panels.images import load_image, read_raster

RED, WHITE, GREY = (255, 0, 0), (255, 255, 255), (128, 128, 128)


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def colour(content: bytes, x: int = 0, y: int = 0) -> tuple[int, ...]:
    return tuple(load_image(content)[y, x].tolist())


def test_a_png_file_has_its_own_pixels(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    path.write_bytes(encoded(Image.new("RGB", (30, 20), RED)))
    pixels = load_image(path)
    assert pixels.shape == (20, 30, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == RED).all()


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_are_stretched_from_darkest_to_brightest(form: str) -> None:
    ramp = np.linspace(1000, 3000, 100, dtype=np.uint16)[None, :].repeat(50, axis=0)
    pixels = load_image(encoded(Image.fromarray(ramp), form))
    assert pixels[0, 0, 0] <= 2
    assert pixels[0, -1, 0] >= 253
    assert 120 <= pixels[0, 50, 0] <= 136


def test_deep_samples_with_small_values_stay_as_they_are() -> None:
    assert colour(encoded(Image.fromarray(np.full((4, 4), 128, np.uint16)))) == GREY


def test_cmyk_becomes_rgb() -> None:
    assert colour(encoded(Image.new("CMYK", (20, 10), (0, 255, 255, 0)), "TIFF")) == RED


def test_a_palette_gives_its_colours() -> None:
    image = Image.new("P", (20, 10), 1)
    image.putpalette([0, 0, 0, *RED])
    assert colour(encoded(image)) == RED


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_white(mode: str) -> None:
    assert colour(encoded(Image.new(mode, (4, 4)))) == WHITE


def test_half_transparent_black_is_grey() -> None:
    assert colour(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 127)))) == GREY


def test_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("P", (8, 8), index) for index in (1, 0)]
    for frame in frames:
        frame.putpalette([0, 0, 0, *RED])
    assert colour(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])) == RED


def test_exif_turns_a_photo_upright() -> None:
    image = Image.new("RGB", (40, 20), WHITE)
    image.paste((0, 0, 0), (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    raster = read_raster(encoded(image, "PNG", exif=exif))
    assert raster.pixels.shape == (40, 20, 3)
    assert (raster.width, raster.height) == (20, 40)
    assert raster.pixels[2, 17].tolist() == [0, 0, 0]  # the corner has gone from the left to the right


def test_one_pixel() -> None:
    assert load_image(encoded(Image.new("1", (1, 1), 1))).tolist() == [[list(WHITE)]]


@pytest.mark.parametrize(
    ("mode", "form"), [("L", "JPEG"), ("RGB", "PNG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("RGB", "JPEG2000")]
)
def test_large_images_come_smaller_and_tell_their_size(mode: str, form: str) -> None:
    raster = read_raster(encoded(Image.new(mode, (1000, 600)), form), most_pixels=40_000)
    height, width, _ = raster.pixels.shape
    assert width * height <= 40_000
    assert width / height == pytest.approx(1000 / 600, rel=0.02)
    assert (raster.width, raster.height) == (1000, 600)


def test_a_very_large_jpeg_is_decoded_in_part() -> None:
    raster = read_raster(encoded(Image.new("L", (9000, 9000), 128), "JPEG"), most_pixels=2_000_000)
    assert raster.pixels.shape == (1125, 1125, 3)  # an eighth of each side
    assert abs(int(raster.pixels.mean()) - 128) <= 1


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b"")]
    parts = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
             for kind, data in chunks]  # fmt: skip
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    with pytest.raises(ValueError, match=r"bomb\.png could not be read: 30000 x 30000 pixels take .* memory"):
        load_image(path)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_of_a_truncated_file_comes_what_is_there(form: str) -> None:
    noise = np.random.default_rng(1).integers(100, 255, (200, 200, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), form)
    pixels = load_image(content[: len(content) // 2])
    assert pixels.shape == (200, 200, 3)
    assert abs(float(pixels[:60].mean()) - float(noise[:60].mean())) < 10


@pytest.mark.parametrize(
    "content", [b"", b"words", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9"]
)
def test_what_is_no_image_is_named_with_the_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "figure.jpg"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"figure\.jpg could not be read: \w+"):
        load_image(path)


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ValueError, match=r"pipe\.png could not be read: it is no file"):
        load_image(tmp_path / "pipe.png")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.png could not be read: there is no such file"):
        load_image(tmp_path / "none.png")
