"""Notes on the canvas and on nodes: written, read, moved, resized, and safe whatever a file says in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_person import CONTROL, SHIFT, Person, edge
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QDesktopServices, QHelpEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QToolTip
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.layout import LONGEST_NOTE, Layout, Node, Note
from gui.canvas.look import Look
from gui.canvas.paper import Paper
from gui.main_window import MainWindow
from gui.theme import Theme

ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def noted(*texts: str, x: float = 0.0) -> Layout:
    nodes = {"input": Node("Input", {"shape": (8,)}, (0.0, 0.0)), "relu": Node("ReLU", {}, (0.0, 120.0))}
    notes = {f"note_{index}": Note(text, (x + 320.0, 200.0 * index)) for index, text in enumerate(texts)}
    return Layout(nodes=nodes, edges=(edge("input", "relu"),), notes=notes)


@pytest.fixture
def person(qtbot: QtBot) -> Person:
    return Person(qtbot, noted("# Plan\n\nfirst **this**"))


def editor(person: Person) -> QPlainTextEdit | None:
    editors = person.view.findChildren(QPlainTextEdit, "canvas_note_editor")
    return next((one for one in editors if one.isVisible()), None)


def paper(text: str, width: float = 240) -> Paper:
    return Paper(text, Look(Theme("light")), width)


def middle(person: Person, note_id: str = "note_0") -> QPointF:
    return person.view.annotations.items.note_rect(note_id).center()


# --- writing ---


def test_a_double_click_writes_on_the_note_and_escape_keeps_what_was_written(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), LEFT, pos=person.pixel(middle(person)))
    sheet = editor(person)
    assert sheet is not None and sheet.hasFocus() and sheet.toPlainText() == "# Plan\n\nfirst **this**"
    person.key(Qt.Key.Key_A, CONTROL)
    person.type("Other words")
    person.key(Qt.Key.Key_Escape)
    assert person.layout.notes["note_0"].text == "Other words"
    assert editor(person) is None and person.view.hasFocus()
    person.document.undo()
    assert person.layout == noted("# Plan\n\nfirst **this**")


def test_a_click_elsewhere_keeps_what_was_written(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), LEFT, pos=person.pixel(middle(person)))
    person.type(" kept")
    person.click(person.middle("relu") + QPointF(0, 300))
    assert person.layout.notes["note_0"].text == "# Plan\n\nfirst **this** kept"


def test_a_note_with_no_words_left_goes(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), LEFT, pos=person.pixel(middle(person)))
    person.key(Qt.Key.Key_A, CONTROL)
    person.key(Qt.Key.Key_Delete)
    person.key(Qt.Key.Key_Return, CONTROL)
    assert person.layout.notes == {}
    person.document.undo()
    assert person.layout == noted("# Plan\n\nfirst **this**")


def test_a_note_written_while_the_canvas_moves_stays_where_it_is_written(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), LEFT, pos=person.pixel(middle(person)))
    person.view.zoom_at(QPointF(0, 0), 0.8)
    sheet = editor(person)
    assert sheet is not None
    assert sheet.pos() == person.pixel(person.view.annotations.items.note_rect("note_0").topLeft())


def test_no_more_is_taken_than_a_file_may_hold(qtbot: QtBot, person: Person) -> None:
    qtbot.mouseDClick(person.view.viewport(), LEFT, pos=person.pixel(middle(person)))
    sheet = editor(person)
    assert sheet is not None
    QApplication.clipboard().setText("x" * (LONGEST_NOTE + 50))
    sheet.selectAll()
    sheet.paste()
    person.key(Qt.Key.Key_Escape)
    assert person.layout.notes["note_0"].text == "x" * LONGEST_NOTE


# --- moving and resizing ---


def test_a_note_is_dragged_in_steps(person: Person) -> None:
    start = middle(person)
    person.drag(start, start + QPointF(33, -50))
    assert person.layout.notes["note_0"].position == (352.0, -48.0)
    assert person.document.undo_label == "canvas.edit.move_note"
    person.document.undo()
    assert person.layout == noted("# Plan\n\nfirst **this**")


def test_several_chosen_notes_move_together(qtbot: QtBot) -> None:
    person = Person(qtbot, noted("one", "two"))
    person.click(middle(person))
    person.click(middle(person, "note_1"), CONTROL)
    start = middle(person, "note_1")
    person.drag(start, start + QPointF(0, 40))
    assert [note.position for note in person.layout.notes.values()] == [(320.0, 40.0), (320.0, 240.0)]


def test_the_corner_makes_a_note_larger_and_never_too_small(person: Person) -> None:
    corner = person.view.annotations.items.note_rect("note_0").bottomRight()
    person.drag(corner, corner + QPointF(40, 80))
    assert person.layout.notes["note_0"].size == (280.0, 200.0)
    corner = person.view.annotations.items.note_rect("note_0").bottomRight()
    person.drag(corner, corner - QPointF(600, 600))
    assert person.layout.notes["note_0"].size == (64.0, 40.0)


def test_escape_gives_a_drag_up(person: Person) -> None:
    rect = person.view.annotations.items.note_rect("note_0")
    person.hold(rect.center(), rect.center() + QPointF(80, 80))
    assert person.view.annotations.items.note_rect("note_0") == rect.translated(80, 80)
    person.key(Qt.Key.Key_Escape)
    assert person.view.annotations.items.note_rect("note_0") == rect
    assert person.document.undo_label is None


def test_a_node_before_a_note_is_what_a_press_means(qtbot: QtBot) -> None:
    person = Person(qtbot, noted("behind", x=-320.0))
    person.click(person.middle("input"))
    assert person.document.selection == {"input"}
    assert person.view.annotations.selected == frozenset()


def test_a_chosen_note_goes_with_delete_and_escape_chooses_nothing(person: Person) -> None:
    person.click(middle(person))
    person.key(Qt.Key.Key_Escape)
    person.key(Qt.Key.Key_Delete)
    assert "note_0" in person.layout.notes
    person.click(middle(person))
    person.key(Qt.Key.Key_Delete)
    assert person.layout.notes == {}


# --- by the keyboard, in the window ---


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = open_window(qtbot, tmp_path, noted("see [here](https://example.org/a) and [there](file:///etc/passwd)"))
    window.activateWindow()
    window.canvas.setFocus()
    return window


def written(window: MainWindow, text: str) -> None:
    sheet = QApplication.focusWidget()
    assert isinstance(sheet, QPlainTextEdit)
    QTest.keyClicks(sheet, text)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_a_note_is_added_by_keys_where_there_is_room_and_nothing_without_words(
    qtbot: QtBot, window: MainWindow
) -> None:
    before = window.document.layout
    keys = CONTROL | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window.canvas, Qt.Key.Key_N, keys)
    written(window, "")
    assert window.document.layout == before
    qtbot.keyClick(window.canvas, Qt.Key.Key_N, keys)
    written(window, "- read")
    (new,) = window.document.layout.notes.keys() - before.notes.keys()
    assert window.document.layout.notes[new].text == "- read"
    rect = window.canvas.annotations.items.note_rect(new)
    assert not any(rect.intersects(window.canvas.node_rect(node_id)) for node_id in before.nodes)
    assert window.canvas.annotations.selected == {("note", new)}
    window.document.undo()
    assert window.document.layout == before


def test_a_note_is_walked_to_written_moved_resized_and_deleted_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_F7)
    assert window.canvas.accessibleDescription().startswith("Note: see")
    before = window.document.layout.notes["note_0"].text
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return)
    written(window, "x")
    assert window.document.layout.notes["note_0"].text == f"{before}x"
    qtbot.keyClick(window.canvas, Qt.Key.Key_Down, CONTROL)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Down, CONTROL)
    assert window.document.layout.notes["note_0"].position == (320.0, 16.0)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Right, ALT_SHIFT)
    assert window.document.layout.notes["note_0"].size == (248.0, 120.0)
    window.document.undo()
    window.document.undo()
    assert window.document.layout.notes["note_0"].position == (320.0, 0.0)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.document.layout.notes == {}


def test_a_note_on_a_node_is_written_beside_it_and_read_in_its_tip(qtbot: QtBot, window: MainWindow) -> None:
    window.document.select(["relu"])
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CONTROL | Qt.KeyboardModifier.AltModifier)
    written(window, "why not Tanh?")
    assert window.document.layout.nodes["relu"].note == "why not Tanh?"
    canvas = window.canvas
    pixel = canvas.viewportTransform().map(canvas.node_rect("relu").center()).toPoint()
    viewport = canvas.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, pixel, viewport.mapToGlobal(pixel)))
    assert "why not Tanh?" in QToolTip.text()
    QToolTip.hideText()
    window.document.undo()
    assert window.document.layout.nodes["relu"].note == ""


def test_the_note_of_a_node_is_read_and_written_in_the_inspector(qtbot: QtBot, window: MainWindow) -> None:
    window.document.select(["relu"])
    field = window.desk.inspector.findChild(QPlainTextEdit, "inspector-node-note")
    assert isinstance(field, QPlainTextEdit) and field.toPlainText() == ""
    qtbot.keyClicks(field, "half")
    assert window.document.layout.nodes["relu"].note == ""
    window.document.select(["input"])
    assert window.document.layout.nodes["relu"].note == "half"
    assert window.document.layout.nodes["input"].note == ""
    window.document.select(["relu"])
    assert field.toPlainText() == "half"


# --- links ---


def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that would go to the browser, from now on."""
    went: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: went.append(url.toString()))
    return went


def link_point(window: MainWindow) -> QPoint:
    canvas = window.canvas
    return (
        canvas.viewportTransform()
        .map(canvas.annotations.items.note_rect("note_0").topLeft() + QPointF(52, 22))
        .toPoint()
    )


def test_a_click_on_a_link_asks_before_it_opens(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    went = opened(monkeypatch)
    qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=link_point(window))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu) and went == []
    assert [action.text() for action in menu.actions()] == [
        "Open https://example.org/a",
        "Copy https://example.org/a",
    ]
    menu.actions()[0].trigger()
    menu.close()
    assert went == ["https://example.org/a"]


def test_the_menu_of_a_note_offers_its_links_and_only_copies_what_is_no_page(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    went, canvas = opened(monkeypatch), window.canvas
    pixel = canvas.viewportTransform().map(canvas.annotations.items.note_rect("note_0").center()).toPoint()
    canvas.contextMenuEvent(
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, pixel, canvas.viewport().mapToGlobal(pixel))
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert "Open https://example.org/a" in texts and "Copy file:///etc/passwd" in texts
    assert not any(text.startswith("Open file") for text in texts)
    menu.close()
    assert went == []


# --- Markdown ---


def test_markdown_is_read(qtbot: QtBot) -> None:
    page = paper("# Plan\n\n**bold** and `code`\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert page.toPlainText().split("\n")[:4] == ["Plan", "bold and code", "one", "two"]
    assert page.firstBlock().blockFormat().headingLevel() == 1


def test_what_is_done_is_seen_as_done(qtbot: QtBot) -> None:
    done, open_ = paper("- [x] task"), paper("- [ ] task")
    assert done.toPlainText() == open_.toPlainText() == "task"
    assert painted(done) != painted(open_)


def test_html_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    page = paper('a <b>b</b> <img src="http://example.org/x.png"> <script>x</script>')
    assert page.toPlainText() == 'a <b>b</b> <img src="http://example.org/x.png"> <script>x</script>'


def test_an_image_is_a_link_with_its_name_and_nothing_is_fetched(qtbot: QtBot, tmp_path: Path) -> None:
    picture = QImage(400, 400, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    picture.save(str(tmp_path / "red.png"))
    page = paper(f"![the plan](file://{tmp_path}/red.png)")
    assert page.toPlainText() == "the plan"
    assert page.links() == [f"file://{tmp_path}/red.png"]
    assert page.size().height() < 40
    seen = painted(page)
    assert not any(seen.pixelColor(x, y) == Qt.GlobalColor.red for x in range(0, 240, 2) for y in range(0, 240, 2))


@pytest.mark.parametrize(
    "text",
    [">" * 5000, "- " * 5000, "[" * 5000, "*" * 5000, "`" * 5000, "![" * 2500, "|a" * 50 + "|\n" + "|-" * 50 + "|",
     "\u0000\ufffe\u202e", "# " * 3000, "```\n" * 1000],
    ids=["quotes", "lists", "brackets", "stars", "ticks", "images", "table", "odd", "headings", "fences"],
)  # fmt: skip
def test_no_text_is_too_odd_to_be_shown(qtbot: QtBot, text: str) -> None:
    page = paper(text, 1)
    painted(page)
    assert page.size().height() >= 0


def painted(page: Paper) -> QImage:
    picture = QImage(240, 240, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    page.paint(painter, QRectF(0, 0, 240, 240))
    painter.end()
    return picture


def test_a_note_is_one_of_the_commands(window: MainWindow) -> None:
    assert not window.commands["edit_annotation"].isEnabled()
    trigger(window, "next_annotation")
    assert window.commands["edit_annotation"].isEnabled() and not window.commands["frame_red"].isEnabled()


def test_a_drag_between_arrow_keys_is_a_step_of_its_own(person: Person) -> None:
    person.click(middle(person))
    person.key(Qt.Key.Key_Right, CONTROL)
    person.drag(middle(person), middle(person) + QPointF(80, 0))
    dragged = person.layout.notes["note_0"].position
    person.key(Qt.Key.Key_Right, CONTROL)
    assert person.layout.notes["note_0"].position != dragged
    person.document.undo()
    assert person.layout.notes["note_0"].position == dragged


# --- several at once ---


def test_a_band_around_notes_alone_chooses_them_and_one_that_meets_a_node_chooses_nodes(qtbot: QtBot) -> None:
    person = Person(qtbot, noted("one", "two"))
    chosen = person.view.annotations
    first, second = (chosen.items.note_rect(key) for key in ("note_0", "note_1"))
    around = first.united(second).adjusted(-12, -12, 12, 12)
    person.hold(around.topLeft(), around.bottomRight())
    assert chosen.selected == {("note", "note_0"), ("note", "note_1")} and not person.document.selection
    node = person.view.node_rect("relu").adjusted(-8, -8, 8, 8)
    person.move(node.center())
    assert person.document.selection and not chosen.selected
    person.move(around.bottomRight())
    person.release(around.bottomRight())
    assert len(chosen.selected) == 2
    # With Shift the band adds to what is chosen.
    person.click(first.center())
    person.press(second.bottomRight() + QPointF(12, 12), SHIFT)
    person.move(second.center() + QPointF(20, 20))
    person.move(second.center())
    person.release(second.center(), SHIFT)
    assert len(chosen.selected) == 2


@pytest.mark.parametrize("way", ["keys", "menu"])
def test_a_chosen_note_is_copied_cut_and_pasted(qtbot: QtBot, window: MainWindow, way: str) -> None:
    canvas, document = window.canvas, window.document

    def do(name: str, key: Qt.Key) -> None:
        if way == "keys":
            QTest.keyClick(canvas, key, CONTROL)
        else:
            trigger(window, name)

    canvas.annotations.select({("note", "note_0")})
    before = document.layout
    do("copy", Qt.Key.Key_C)
    do("paste", Qt.Key.Key_V)
    (new,) = document.layout.notes.keys() - before.notes.keys()
    assert document.layout.notes[new].text == before.notes["note_0"].text
    assert canvas.annotations.selected == {("note", new)} and document.layout.nodes == before.nodes
    do("cut", Qt.Key.Key_X)
    assert document.layout == before and document.undo_label == "canvas.edit.cut"
    do("paste", Qt.Key.Key_V)
    do("paste", Qt.Key.Key_V)
    places = [note.position for note in document.layout.notes.values()]
    assert len(places) == len(set(places)) == len(before.notes) + 2
    do("undo", Qt.Key.Key_Z)
    canvas.annotations.select({("note", "note_0")})
    do("duplicate", Qt.Key.Key_D)
    assert len(document.layout.notes) == len(before.notes) + 2 and document.undo_label == "canvas.edit.duplicate"
    assert ("note", "note_0") not in canvas.annotations.selected and len(canvas.annotations.selected) == 1
