"""A real window on a real X server, with the pointer and the keyboard that a person would use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.layout import Edge, Layout
from core.storage import load

REPOSITORY = Path(__file__).resolve().parent.parent
LONGEST = 180.0
"""Seconds after which a thing that was waited for will not come."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.xwindow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="no xdotool here"),
]


class Person:
    """Hands on the mouse and the keyboard of one display, eyes on what the program writes."""

    def __init__(self, display: str, file: Path) -> None:
        self._environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.file = file
        command = [sys.executable, "-m", "tests.real_window", str(file)]
        self.program = subprocess.Popen(
            command, cwd=REPOSITORY, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.places: dict[str, tuple[int, int]] = json.loads(self.hears())

    def hears(self) -> str:
        """The next line that the program prints. A program that stays silent is ended, and the test with it."""
        assert self.program.stdout is not None
        watch = threading.Timer(LONGEST, self.program.kill)
        watch.start()
        try:
            return self.program.stdout.readline()
        finally:
            watch.cancel()
            watch.join()

    def does(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self._environment, check=True, timeout=LONGEST)

    def drags(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Slowly enough for a real drag and drop, in which every move is answered by the program."""
        x, y = start
        self.does("mousemove", x, y, "mousedown", 1, "sleep", 0.2, "mousemove", x + 12, y + 12, "sleep", 0.2)
        for part in range(1, 7):
            way = [begin + (stop - begin) * part // 6 for begin, stop in zip(start, end, strict=True)]
            self.does("mousemove", *way, "sleep", 0.1)
        self.does("mousemove", end[0] + 1, end[1], "sleep", 0.2, "mousemove", *end, "sleep", 0.3, "mouseup", 1)

    def saves_until(self, fact: Callable[[Layout], bool]) -> Layout:
        """Press Ctrl+S until the file says what it should: a key that comes early is pressed again."""
        pause, waited = threading.Event(), 0.0
        while waited < LONGEST:
            self.does("key", "ctrl+s")
            pause.wait(0.5)
            waited += 0.5
            layout = load(self.file)
            if fact(layout):
                return layout
        raise AssertionError(f"the file still says {load(self.file)}")

    def leaves(self) -> tuple[int, str]:
        """Quit: the exit status, and what the program said on standard error."""
        self.does("key", "ctrl+q")
        _, complaints = self.program.communicate(timeout=LONGEST)
        return self.program.returncode, complaints


@pytest.fixture
def person(x_display: str, tmp_path: Path) -> Iterator[Person]:
    file = tmp_path / "homework.json"
    shutil.copy(REPOSITORY / "layouts" / "digits_mlp.json", file)
    person = Person(x_display, file)
    try:
        yield person
    finally:
        if person.program.poll() is None:
            person.program.kill()
            person.program.communicate()


def test_a_layer_is_dragged_onto_a_wire_a_node_deleted_and_the_layout_kept(person: Person) -> None:
    person.drags(person.places["row"], person.places["wire"])
    layout = person.saves_until(lambda layout: "conv2d" in layout.nodes)
    assert {Edge("hidden", "conv2d"), Edge("conv2d", "relu")} <= set(layout.edges)
    assert Edge("hidden", "relu") not in layout.edges

    person.does("key", "ctrl+z")
    person.saves_until(lambda layout: "conv2d" not in layout.nodes)

    person.does("mousemove", *person.places["node"], "click", 1, "key", "Delete")
    layout = person.saves_until(lambda layout: "logits" not in layout.nodes)
    assert Edge("relu", "output") in layout.edges
    assert person.leaves() == (0, "")


def test_leaving_in_the_middle_of_training_ends_everything_quietly(person: Person) -> None:
    person.does("mousemove", *person.places["node"], "click", 1, "key", "F5")
    assert person.hears() == "measured\n"
    assert person.leaves() == (0, "")
