"""`exsclaim separate`, as a person uses it: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from exsclaim_core.panels import separating
from exsclaim_core.panels.picture_folders import Picture, Work, find_pictures
from exsclaim_core.panels.separating import Separating, SeparationError
from tests.panels.drawn_figures import save_figure, squares
from tests.processes import nothing_left_behind

ROOT = Path(__file__).resolve().parents[2]
FAULTY = "tests.panels.faulty_pictures"
COMMAND = (sys.executable, "-c", "from flows.command_line import main; main()", "separate")


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    with nothing_left_behind():
        yield


def separate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def lines(out: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in (out / "panels.jsonl").read_text(encoding="utf-8").splitlines()]
    return {line.pop("image"): line for line in found}


def near(box: list[float], wanted: tuple[int, ...], slack: float = 4) -> bool:
    return bool(np.abs(np.array(box) - wanted).max() <= slack)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The command over a folder with figures of every kind, and the folder of its results."""
    folder = tmp_path_factory.mktemp("separate")
    figures, out = folder / "figures", folder / "out"
    good = save_figure(figures / "two.png")
    with Image.open(good) as figure:
        figure.load()
    (figures / "below").mkdir()
    figure.save(figures / "below" / "two.tif")
    figure.convert("CMYK").save(figures / "cmyk.jpg", quality=95)
    figure.convert("P").save(figures / "palette.png")
    figure.save(figures / "animated.gif", save_all=True, append_images=[Image.new("RGB", figure.size)])
    Image.fromarray(np.asarray(figure.convert("L")).astype(np.uint16) * 200).save(figures / "deep.png")
    (figures / "half.png").write_bytes(good.read_bytes()[:-10_000])
    figure.resize((8 * figure.width, 8 * figure.height)).save(figures / "large.jpg", quality=80)  # 28 million pixels
    Image.new("1", (30_000, 30_000), 1).save(figures / "giant.png")
    Image.new("RGB", (1, 1)).save(figures / "pixel.png")
    Image.new("RGB", (800, 600), "white").save(figures / "white.png")
    (figures / "text.png").write_text("no picture")
    (figures / "notes.txt").write_text("not looked at")
    return separate(figures, "--out", out, "--overlays"), out


Ended = tuple[subprocess.CompletedProcess[str], Path]


def test_every_picture_has_a_line_with_a_result_or_a_reason(ended: Ended) -> None:
    found = lines(ended[1])
    assert {name for name, line in found.items() if "error" in line} == {"giant.png", "text.png"}
    assert found["text.png"] == {"error": "it is no image of a known kind"}
    assert found["giant.png"] == {"error": "30000 x 30000 pixels take 0.9 GB of memory"}
    wanted = {"animated.gif", "below/two.tif", "cmyk.jpg", "deep.png", "half.png", "large.jpg", "palette.png"}
    assert set(found) == {*wanted, "giant.png", "pixel.png", "text.png", "two.png", "white.png"}


@pytest.mark.parametrize("name", ["two.png", "below/two.tif", "cmyk.jpg", "palette.png", "animated.gif", "deep.png"])
def test_panels_lie_where_they_were_drawn(ended: Ended, name: str) -> None:
    found = lines(ended[1])[name]
    assert found["compound"]
    assert [near(panel["box"], wanted) for panel, wanted in zip(found["panels"], squares(2), strict=True)] == [True] * 2


def test_boxes_are_in_pixels_of_the_file_even_where_less_of_it_was_looked_at(ended: Ended) -> None:
    found = lines(ended[1])["large.jpg"]
    assert found["size"] == [7520, 3840]
    wanted = [tuple(8 * side for side in square) for square in squares(2)]
    assert [near(panel["box"], square, 32) for panel, square in zip(found["panels"], wanted, strict=True)] == [True] * 2


def test_each_panel_is_a_picture_and_each_figure_has_an_overlay(ended: Ended) -> None:
    out = ended[1]
    panels = lines(out)["two.png"]["panels"]
    names = [f"two-{panel['label'] or number}.png" for number, panel in enumerate(panels, 1)]
    for panel, name in zip(panels, names, strict=True):
        with Image.open(out / "panels" / name) as crop:
            x0, y0, x1, y1 = panel["box"]
            assert abs(crop.width - (x1 - x0)) <= 1
            assert abs(crop.height - (y1 - y0)) <= 1
    with Image.open(out / "overlays" / "two.jpg") as overlay:
        assert overlay.size == (940, 480)
    # Another figure of that name has a number.
    assert (out / "overlays" / "two-2.jpg").exists()


def test_the_command_says_what_could_not_be_read(ended: Ended) -> None:
    result = ended[0]
    assert result.returncode == 1
    assert result.stderr == ""
    failed = [line for line in result.stdout.splitlines() if line.startswith("failed: ")]
    assert [line.rpartition(": ")[2] for line in failed] == [
        "30000 x 30000 pixels take 0.9 GB of memory",
        "it is no image of a known kind",
    ]


def test_wrong_use(tmp_path: Path) -> None:
    figure = save_figure(tmp_path / "figure.png")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for arguments, message in (
        ((tmp_path / "none.png", "--out", tmp_path / "out"), f"there is no file or folder {tmp_path / 'none.png'}"),
        ((tmp_path / "empty", "--out", tmp_path / "out"), f"there is no picture in the folder {tmp_path / 'empty'}"),
        ((figure, "--out", tmp_path / "file"), f"results cannot be written to {tmp_path / 'file'}: it is a file"),
        ((figure, "--out", tmp_path / "out", "--device", "tpu"), "there is no device tpu: choose auto, cpu or cuda"),
    ):
        result = separate(*arguments)
        assert (result.returncode, result.stderr) == (2, f"exsclaim: {message}\n")


def pictures(*names: str) -> list[Picture]:
    return [Picture(Path(f"{name}.png"), f"{name}.png", name) for name in names]


class TestFaults:
    @pytest.fixture(autouse=True)
    def _faulty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(separating, "WORK", FAULTY)
        monkeypatch.setattr(separating, "LIBRARIES", (FAULTY,))

    def test_a_figure_that_hangs_crashes_or_fails_does_not_end_the_others(self, tmp_path: Path) -> None:
        names = ("a", "hang", "b", "crash", "fault", "c")
        with Separating(Work(tmp_path), 1, 2.0) as at_work:
            found = {picture.name: answer for picture, answer in at_work.answers(pictures(*names))}
        assert {name: answer.reason for name, answer in found.items()} == {
            **dict.fromkeys("abc", ""),
            "hang": "took longer than 2 s",
            "crash": "the process ended with SIGSEGV",
            "fault": "IndexError: column 7 of 2",
        }
        # Nothing is left of what a figure had before it failed.
        assert sorted(path.name for path in (tmp_path / "panels").iterdir()) == ["a-a.png", "b-a.png", "c-a.png"]

    def test_without_networks_there_is_one_reason_for_all(self, tmp_path: Path) -> None:
        with (
            Separating(Work(tmp_path, labels=("no networks",)), 1, 2.0) as at_work,
            pytest.raises(SeparationError, match=r"^marks\.pt is missing$"),
        ):
            list(at_work.answers(pictures("a")))


def test_what_is_finished_stays_when_the_command_is_killed(tmp_path: Path) -> None:
    for number in range(12):
        save_figure(tmp_path / "figures" / f"{number:02}.png")
    results = tmp_path / "out" / "panels.jsonl"
    command = [*COMMAND, str(tmp_path / "figures"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while not (results.exists() and results.read_text().count("\n") >= 2) and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    assert results.read_text().endswith("\n")
    assert 2 <= len(lines(tmp_path / "out")) <= 12


class TestFindingPictures:
    def test_results_inside_the_folder_are_no_figures(self, tmp_path: Path) -> None:
        save_figure(tmp_path / "figure.png")
        save_figure(tmp_path / "out" / "panels" / "figure-a.png")
        assert [picture.image for picture in find_pictures([tmp_path], tmp_path / "out")] == ["figure.png"]

    def test_two_of_a_name(self, tmp_path: Path) -> None:
        paths = [save_figure(tmp_path / folder / "figure.png") for folder in ("one", "two")]
        found = find_pictures([*paths, paths[0]], tmp_path / "out")
        assert [(picture.image, picture.name) for picture in found] == [
            ("figure.png", "figure"),
            (str(paths[1]), "figure-2"),
        ]
