"""The network as a picture: all of it and nothing else, in a file or on paper."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot
from window_person import choose, notices, open_window, trigger, when_asked

from core.layout import Edge, Frame, Layout, Node, Note
from core.shapes import infer
from core.storage import load
from gui.examples import LAYOUTS
from gui.main_window import MainWindow
from gui.picture import RATIO, Paper, Picture
from gui.picture_export import print_on
from gui.theme import Theme

WHITE = QColor(Qt.GlobalColor.white)


def drawn(window: MainWindow, theme: Theme | None = None) -> Picture:
    return Picture(window.document, window.words, theme or Paper())


def image_of(content: bytes) -> QImage:
    image = QImage()
    assert image.loadFromData(content)
    return image


def words_of(svg: bytes) -> str:
    """Everything that is written in a picture."""
    root = ElementTree.fromstring(svg)
    return " ".join("".join(text.itertext()).strip() for text in root.iter("{http://www.w3.org/2000/svg}text"))


def chosen_filter(path: Path, part: str) -> Callable[[QDialog], None]:
    """Choose the kind of file whose words hold `part`, and a path."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, QFileDialog)
        wanted = next(words for words in dialog.nameFilters() if part in words)
        dialog.selectNameFilter(wanted)
        dialog.filterSelected.emit(wanted)
        choose(path)(dialog)

    return answer


def test_a_picture_shows_all_of_the_network_wherever_the_person_stands(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.document.set_inference(infer)
    picture = drawn(window)
    words = words_of(picture.svg())
    for word in ("images", "hidden", "logits", "Linear", "4,160 parameters"):
        assert word in words
    before = picture.png()
    for _ in range(5):
        window.canvas.zoom_in()
    window.canvas.centre_on("logits")
    assert drawn(window).png() == before


def test_what_is_selected_is_not_in_the_picture_and_stays_selected(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    before = drawn(window).png()
    window.document.select(["hidden"])
    assert drawn(window).png() == before
    assert window.document.selected == "hidden" and not window.document.dirty


def test_a_png_has_two_pixels_for_one_and_white_around(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    picture = drawn(window)
    image = image_of(picture.png())
    assert image.width() == round(RATIO * picture.size.width())
    assert image.height() == round(RATIO * picture.size.height())
    assert image.pixelColor(0, 0) == WHITE
    middle = image.copy(QRect(QPoint(image.width() // 4, image.height() // 4), image.size() / 2))
    colours = {middle.pixel(x, y) for x in range(0, middle.width(), 3) for y in range(0, middle.height(), 3)}
    assert len(colours) > 5


def test_a_picture_can_have_the_colours_of_the_screen(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    dark = Theme("dark")
    assert image_of(drawn(window, dark).png()).pixelColor(0, 0) == dark.colour("canvas")
    # The window keeps its own.
    assert window.theme.name == "light"


def test_an_svg_can_be_drawn_by_others_and_names_fonts_that_every_machine_has(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    picture = drawn(window)
    svg = picture.svg()
    renderer = QSvgRenderer(svg)
    assert renderer.isValid()
    assert renderer.viewBox().size() == picture.size.toSize()
    families = set(re.findall(rb'font-family="([^"]*)"', svg))
    assert families and all(family.endswith((b", monospace", b", sans-serif")) for family in families)
    assert ElementTree.fromstring(svg).findtext("{http://www.w3.org/2000/svg}title") == "Digits MLP"


def test_a_pdf_is_one_page_as_large_as_the_network(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    picture = drawn(window)
    pdf = picture.pdf()
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    (page,) = re.findall(rb"/MediaBox *\[([^\]]*)\]", pdf)
    left, top, right, bottom = map(float, page.split())
    assert (left, top) == (0, 0)
    assert right == pytest.approx(picture.size.width() * 0.75, abs=1)
    assert bottom == pytest.approx(picture.size.height() * 0.75, abs=1)


def test_inside_a_block_the_inside_is_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, load(LAYOUTS / "resnet18.json"))
    use = next(key for key, node in window.document.root.nodes.items() if node.layer in window.document.root.blocks)
    whole = words_of(drawn(window).svg())
    window.document.enter(use)
    inside = words_of(drawn(window).svg())
    assert inside != whole
    assert all(key in inside for key in window.document.layout.nodes)


def test_frames_and_notes_are_in_the_picture(qtbot: QtBot, tmp_path: Path) -> None:
    nodes = {"relu": Node("ReLU", {}, (0.0, 0.0))}
    layout = Layout(
        nodes=nodes,
        frames={"frame": Frame("an encoder", ("relu",))},
        notes={"note": Note("try another one", (300.0, 0.0), (160.0, 80.0))},
    )
    window = open_window(qtbot, tmp_path, layout)
    words = words_of(drawn(window).svg())
    assert "an encoder" in words and "try another one" in words


def test_a_very_large_network_is_drawn_smaller_rather_than_not_at_all(qtbot: QtBot, tmp_path: Path) -> None:
    nodes = {f"relu_{number}": Node("ReLU", {}, (0.0, 100.0 * number)) for number in range(500)}
    edges = tuple(Edge(f"relu_{number}", f"relu_{number + 1}") for number in range(499))
    window = open_window(qtbot, tmp_path, Layout(nodes=nodes, edges=edges))
    picture = drawn(window)
    assert picture.png_ratio < RATIO
    assert image_of(picture.png()).height() <= 30_001
    (page,) = re.findall(rb"/MediaBox *\[([^\]]*)\]", picture.pdf())
    assert max(map(float, page.split())) <= 14_401


def test_drawing_a_picture_leaves_nothing_behind(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)

    def draw() -> None:
        with drawn(window) as picture:
            picture.png()

    def widgets() -> int:
        gc.collect()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(QApplication.allWidgets())

    draw()
    before = widgets()
    for _ in range(3):
        draw()
    assert widgets() == before


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_picture_is_saved_where_the_person_says(qtbot: QtBot, tmp_path: Path, kind: str, start: bytes) -> None:
    window = open_window(qtbot, tmp_path)
    asked = when_asked(chosen_filter(tmp_path / "net", kind.upper()))
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not asked.isActive()
    assert (tmp_path / f"net.{kind}").read_bytes().startswith(start)
    assert notices(window) == [f"The picture was saved as {tmp_path / f'net.{kind}'}."]
    assert not window.document.dirty


def test_the_suffix_that_is_typed_decides(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    asked = when_asked(chosen_filter(tmp_path / "net.png", "SVG"))
    trigger(window, "export_picture")
    assert not asked.isActive()
    assert (tmp_path / "net.png").read_bytes().startswith(b"\x89PNG")


def test_in_the_dark_both_white_and_the_colours_of_the_screen_are_offered(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    trigger(window, "appearance_dark")
    for part, colour in (
        ("PNG, two pixels for one (", WHITE),
        ("as on the screen (*.png", window.theme.colour("canvas")),
    ):
        path = tmp_path / f"{part[:3].strip()}.png"
        asked = when_asked(chosen_filter(path, part))
        trigger(window, "export_picture")
        assert not asked.isActive()
        assert image_of(path.read_bytes()).pixelColor(0, 0) == colour


def test_a_picture_that_cannot_be_written_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    (tmp_path / "net.svg").mkdir()
    from gui.picture_export import save_picture

    save_picture(window, tmp_path / "net.svg", "svg", True)
    (told,) = notices(window)
    assert told.startswith("The picture was not saved: ")


def test_an_empty_canvas_has_no_picture(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    assert not window.commands["export_picture"].isEnabled() and not window.commands["print"].isEnabled()


def test_a_network_is_printed_on_one_sheet(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    print_on(window, drawn(window), printer)
    assert notices(window) == []
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert len(re.findall(rb"/Type */Page\b", printed)) == 1


def test_the_printer_is_asked_for_and_may_be_refused(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    seen: list[str] = []

    def refuse(dialog: QDialog) -> None:
        assert isinstance(dialog, QPrintDialog)
        seen.append(dialog.printer().docName())
        dialog.reject()

    asked = when_asked(refuse)
    trigger(window, "print")
    assert not asked.isActive() and seen == ["Digits MLP"] and notices(window) == []
