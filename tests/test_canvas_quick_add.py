"""Adding without travelling: a search opens at the pointer, says what it would make, and Enter puts it there."""

from __future__ import annotations

import pytest
from canvas_person import CONTROL, SHIFT, Person
from examples import chain, digits_mlp
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from core.history import LONGEST_PAST, History, Step
from core.layout import Edge, Layout, Node, with_node
from core.shapes import Inferrer
from gui.sheets import Sheet

FREE = QPointF(300, 40)
"""From the middle of a node to where nothing stands."""
KEY = Qt.Key


class Searcher(Person):
    """A person who uses the search that opens on the canvas."""

    def __init__(self, qtbot, layout: Layout, language: str = "en", shapes: bool = False) -> None:
        super().__init__(qtbot, layout, language)
        if shapes:
            self.document.set_inference(Inferrer())

    @property
    def search(self) -> QLineEdit | None:
        fields = self.view.findChildren(QLineEdit, "quick_field")
        return next((field for field in fields if field.isVisible()), None)

    def offered(self) -> list[str]:
        """What can be chosen, as it is read aloud."""
        choices = self.view.quick_add.choices
        return [choices.data(choices.index(row, 0)) for row in range(choices.rowCount())]

    def chosen(self) -> str:
        return str(self.view.quick_add.list.currentIndex().data())

    def caption(self) -> str:
        caption = self.view.quick_add.caption
        return caption.text() if caption.isVisible() else ""


def compose(widget: QWidget, text: str, done: bool = False) -> None:
    """What an input method sends: a text that may still change, or (`done`) one that is settled."""
    event = QInputMethodEvent("" if done else text, [])
    if done:
        event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def one() -> Layout:
    return Layout(nodes={"relu": Node("ReLU", {}, (0, 0))})


def test_a_double_click_on_nothing_searches_there_and_enter_adds(qtbot):
    person = Searcher(qtbot, one())
    place = person.middle("relu") + FREE
    person.double_click(place)
    assert person.search is not None and person.search.hasFocus()
    person.type("drop")
    assert person.chosen() == "Dropout"
    person.key(KEY.Key_Return)
    assert person.search is None
    assert person.layout.nodes["dropout"].layer == "Dropout"
    assert person.document.selection == {"dropout"}
    assert (person.middle("dropout") - place).manhattanLength() < 20
    assert person.layout.edges == ()
    assert QApplication.focusWidget() is person.view


def test_a_letter_on_the_canvas_is_the_first_of_the_search_and_adds_behind_the_selection(qtbot):
    person = Searcher(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.type("drop")
    assert person.search is not None and person.search.text() == "drop"
    person.key(KEY.Key_Return)
    assert {("relu", "dropout"), ("dropout", "logits")} <= person.edges()
    person.document.undo()
    assert person.layout == digits_mlp()


def test_a_capital_letter_and_the_insert_and_tab_keys_open_it_too(qtbot):
    person = Searcher(qtbot, digits_mlp())
    QTest.keyClick(person.view, "R", SHIFT)
    assert person.search is not None and person.search.text() == "R"
    person.key(KEY.Key_Escape)
    for key in (KEY.Key_Insert, KEY.Key_Tab):
        assert person.search is None
        person.key(key)
        assert person.search is not None and person.search.text() == ""
        person.key(KEY.Key_Escape)
    assert person.layout == digits_mlp()


def test_a_korean_syllable_that_is_being_composed_opens_it_and_is_searched(qtbot):
    person = Searcher(qtbot, digits_mlp(), "ko")
    compose(person.view, "하")
    compose(person.view, "합", done=True)
    compose(person.view, "서")
    compose(person.view, "성곱", done=True)
    assert person.search is not None and person.search.text() == "합성곱"
    assert "Conv2d" in person.offered()
    # The keyboard is still the canvas', so that the composition goes on; its keys mean the search.
    assert QApplication.focusWidget() is person.view
    asked = person.view.inputMethodQuery(Qt.InputMethodQuery.ImSurroundingText)
    assert asked == "합성곱"
    QTest.keyClick(person.view, KEY.Key_Backspace)
    assert person.search.text() == "합성"
    QTest.keyClick(person.view, KEY.Key_Escape)
    assert person.search is None and person.layout == digits_mlp()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_values_behind_the_name_become_arguments_and_are_shown_before(qtbot, language):
    person = Searcher(qtbot, one(), language, shapes=True)
    person.type("conv 64 3")
    shown = person.chosen()
    assert shown.startswith("Conv2d(out_channels=64, kernel_size=3")
    person.key(KEY.Key_Return)
    node = person.layout.nodes["conv2d"]
    assert shown == f"Conv2d({', '.join(f'{name}={value!r}' for name, value in node.arguments.items())})"
    assert (node.arguments["out_channels"], node.arguments["kernel_size"]) == (64, 3)


def test_what_is_offered_keeps_up_when_shapes_become_known(qtbot):
    person = Searcher(qtbot, digits_mlp())
    person.document.select(["flatten"])
    person.type("conv 8 3")
    assert (person.chosen(), person.caption()) == ("Conv2d", "Behind flatten")
    person.document.set_inference(Inferrer())
    assert person.search is not None and person.search.text() == "conv 8 3"
    assert person.caption() == "Behind flatten, takes N × 64"
    assert all(choice.aside for choice in person.view.quick_add.choices.choices if choice.title == "Conv2d")
    assert any(choice.code.startswith("Conv2d(out_channels=8") for choice in person.view.quick_add.choices.choices)


def test_a_korean_word_finds_a_layer_in_the_english_window(qtbot):
    person = Searcher(qtbot, one())
    person.double_click(person.middle("relu") + FREE)
    assert person.search is not None
    compose(person.search, "합성곱", done=True)
    assert "Conv2d" in person.offered()


def test_arrows_and_tab_go_through_the_choices_and_round(qtbot):
    person = Searcher(qtbot, one())
    person.key(KEY.Key_Tab)
    offered = person.offered()
    assert person.chosen() == offered[0]
    person.key(KEY.Key_Down)
    assert person.chosen() == offered[1]
    person.key(KEY.Key_Tab)
    assert person.chosen() == offered[2]
    for _ in range(3):
        person.key(KEY.Key_Up)
    assert person.chosen() == offered[-1]
    person.key(KEY.Key_Return)
    assert any(node.layer == offered[-1] for node in person.layout.nodes.values())


def test_a_click_takes_a_choice_and_a_press_on_the_canvas_closes(qtbot):
    person = Searcher(qtbot, one())
    person.double_click(person.middle("relu") + FREE)
    rows = person.view.quick_add.list
    second = rows.visualRect(rows.model().index(1, 0)).center()
    wanted = person.offered()[1]
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=second)
    assert person.search is None
    assert [node.layer for node in person.layout.nodes.values()] == ["ReLU", wanted]
    person.key(KEY.Key_Tab)
    assert person.search is not None
    person.click(person.middle("relu") + QPointF(-250, 200))
    assert person.search is None


def test_a_word_that_means_nothing_says_so_and_enter_does_nothing(qtbot):
    person = Searcher(qtbot, one())
    person.type("xyzzy")
    assert person.offered() == []
    assert "xyzzy" in person.view.quick_add.nothing.text()
    person.key(KEY.Key_Return)
    assert person.search is not None and person.layout == one()


def test_what_was_added_last_stands_first_where_nothing_was_typed(qtbot):
    person = Searcher(qtbot, one())
    place = person.middle("relu") + FREE
    added = []
    person.view.layer_added.connect(added.append)
    for layer in ("Dropout", "Conv3d"):
        person.drop(layer, place)
        place += QPointF(0, 120)
    person.document.select(())
    person.double_click(place)
    assert person.offered()[:2] == ["Conv3d", "Dropout"]
    assert added == ["Dropout", "Conv3d"]


def test_it_opens_wholly_inside_the_canvas_at_every_corner(qtbot):
    person = Searcher(qtbot, one())
    area = person.view.viewport().rect()
    for corner in (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight()):
        QTest.mouseMove(person.view.viewport(), corner)
        person.document.select(())
        person.key(KEY.Key_Tab)
        card = person.view.quick_add
        shadow = 10
        assert area.contains(card.geometry().adjusted(shadow, shadow, -shadow, -shadow))
        person.key(KEY.Key_Escape)


def test_a_double_click_on_a_wire_puts_the_layer_into_it(qtbot):
    person = Searcher(qtbot, digits_mlp())
    person.double_click(person.between("flatten", "hidden"))
    assert "flatten" in person.caption() and "hidden" in person.caption()
    person.type("batchnorm1d")
    person.key(KEY.Key_Return)
    assert {("flatten", "batchnorm1d"), ("batchnorm1d", "hidden")} <= person.edges()
    assert ("flatten", "hidden") not in person.edges()


def test_a_wire_let_go_on_nothing_offers_what_takes_its_shape_and_is_wired(qtbot):
    person = Searcher(qtbot, digits_mlp(), shapes=True)
    end = person.output("flatten") + QPointF(320, 60)
    person.drag(person.output("flatten"), end)
    assert person.search is not None
    assert person.caption() == "What takes N × 64 from flatten"
    assert person.chosen() == "Linear"
    assert "Conv2d" not in person.offered()
    person.type("linear 10")
    assert person.chosen().startswith("Linear(out_features=10")
    person.key(KEY.Key_Return)
    assert ("flatten", "linear") in person.edges()
    assert ("flatten", "hidden") in person.edges()
    assert person.layout.nodes["linear"].arguments == {"out_features": 10}
    assert (person.input("linear") - end).manhattanLength() < 40
    person.document.undo()
    assert person.layout == digits_mlp()


def test_what_does_not_fit_the_shape_stands_behind_and_says_so(qtbot):
    person = Searcher(qtbot, digits_mlp(), shapes=True)
    person.drag(person.output("flatten"), person.output("flatten") + QPointF(320, 60))
    person.type("norm")
    choices = person.view.quick_add.choices.choices
    asides = [bool(choice.aside) for choice in choices]
    assert asides == sorted(asides) and True in asides and False in asides
    layers = [choice.title for choice in choices if not choice.aside]
    assert "BatchNorm1d" in layers and "BatchNorm2d" not in layers


def test_escape_after_letting_go_leaves_everything_as_it_was(qtbot):
    person = Searcher(qtbot, digits_mlp())
    before = len(person.view.items_scene.items())
    person.drag(person.output("flatten"), person.output("flatten") + QPointF(320, 60))
    assert len(person.view.items_scene.items()) == before + 1, "the wire hangs where it was let go"
    person.key(KEY.Key_Escape)
    assert person.layout == digits_mlp()
    assert len(person.view.items_scene.items()) == before


def test_a_wire_drawn_backward_offers_what_gives_an_input(qtbot):
    person = Searcher(qtbot, with_node(digits_mlp(), "sum", Node("add", {}, (400, 400))), shapes=True)
    person.drag(person.input("sum"), person.input("sum") + QPointF(60, -160))
    assert "sum" in person.caption()
    person.type("linear")
    person.key(KEY.Key_Return)
    assert ("linear", "sum") in person.edges()


def test_a_wire_taken_off_and_let_go_on_nothing_leads_to_the_new_node(qtbot):
    person = Searcher(qtbot, digits_mlp())
    person.drag(person.input("hidden"), person.input("hidden") + QPointF(320, 60))
    person.type("relu")
    person.key(KEY.Key_Return)
    assert ("flatten", "relu_2") in person.edges()
    assert ("flatten", "hidden") not in person.edges()
    person.document.undo()
    assert person.layout == digits_mlp()


def test_another_layer_takes_the_place_of_the_selected_one_and_keeps_what_fits(qtbot):
    layout = chain(("convolve", "Conv2d", {"out_channels": 7, "kernel_size": 5}), ("relu", "ReLU", {}))
    person = Searcher(qtbot, layout)
    person.document.select(["convolve"])
    person.view.replace_selected()
    assert "convolve" in person.caption() and "Conv2d" in person.caption()
    person.type("convtranspose2d")
    person.key(KEY.Key_Return)
    node = person.layout.nodes["convolve"]
    assert (node.layer, node.arguments) == ("ConvTranspose2d", {"out_channels": 7, "kernel_size": 5})
    assert {("images", "convolve"), ("convolve", "relu")} <= person.edges()
    person.document.undo()
    assert person.layout == layout


def test_values_typed_for_a_replacement_win_over_what_the_old_layer_had(qtbot):
    layout = chain(("convolve", "Conv2d", {"out_channels": 7, "kernel_size": 5}))
    person = Searcher(qtbot, layout, shapes=True)
    person.document.select(["convolve"])
    person.view.replace_selected()
    person.type("convtranspose2d 9")
    person.key(KEY.Key_Return)
    assert person.layout.nodes["convolve"].arguments == {"out_channels": 9, "kernel_size": 5}


def test_an_undo_while_it_is_open_closes_it(qtbot):
    person = Searcher(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.key(KEY.Key_Right, CONTROL)
    person.key(KEY.Key_Tab)
    assert person.search is not None
    person.document.undo()
    assert person.search is None
    person.key(KEY.Key_Return)
    assert person.layout == digits_mlp()


def test_control_and_a_letter_is_a_command_and_no_search(qtbot):
    person = Searcher(qtbot, digits_mlp())
    person.key(KEY.Key_J, CONTROL)
    assert person.search is None


def test_the_search_field_keeps_its_own_keys(qtbot):
    """Delete and Control+A in the field mean the text that is typed, not the selected nodes."""
    person = Searcher(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.type("abc")
    person.key(KEY.Key_A, CONTROL)
    person.key(KEY.Key_Delete)
    assert person.search is not None and person.search.text() == ""
    assert person.layout == digits_mlp() and person.document.selection == {"relu"}


def test_an_added_wire_end_has_one_wire_for_each_that_was_carried(qtbot):
    layout = with_node(digits_mlp(), "twin", Node("ReLU", {}, (400, 600)))
    person = Searcher(qtbot, layout)
    person.drag(person.output("relu"), person.input("twin"))
    start = person.output("relu")
    person.press(start, CONTROL)
    for share in (0.3, 0.6, 1.0):
        person.move(start + QPointF(320, 40) * share)
    person.release(start + QPointF(320, 40), CONTROL)
    person.type("gelu")
    person.key(KEY.Key_Return)
    assert {("gelu", "twin"), ("gelu", "logits")} <= person.edges()
    assert Edge("relu", "logits") not in person.layout.edges


def test_what_is_added_is_selected_also_when_the_history_is_full(qtbot):
    person = Searcher(qtbot, one())
    past = tuple(Step("canvas.edit.move", one()) for _ in range(LONGEST_PAST))
    person.document.show_sheet(Sheet(History(one(), past), None))
    person.double_click(person.middle("relu") + FREE)
    person.type("drop")
    person.key(KEY.Key_Return)
    assert person.document.selection == {"dropout"}
