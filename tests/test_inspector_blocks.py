"""The inspector inside a block: the block's own page, and fields that an argument of the block decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from core.layout import Layout, Node, with_argument, with_blocks, with_node
from core.values import Reference, Value
from gui.panels.inspector import InspectorPanel
from tests.examples import digits_mlp
from tests.graphs import block, graph, little_resnet
from tests.network_examples import blocks
from tests.panel_stage import Stage, staged


def inside(qtbot: QtBot, layout: Layout, *scope: str, **options: object) -> Stage:
    stage = staged(qtbot, InspectorPanel, layout, size=(340, 1200), **options)  # type: ignore[arg-type]
    stage.document.look_at(scope)
    return stage


def body(qtbot: QtBot, node_id: str | None = None, **options: object) -> Stage:
    """In the block of `network_examples.blocks`."""
    stage = inside(qtbot, blocks(), "body", **options)
    if node_id is not None:
        stage.document.select([node_id])
    return stage


def arguments(stage: Stage, node_id: str) -> dict[str, Value]:
    return dict(stage.document.layout.nodes[node_id].arguments)


def defaults(stage: Stage) -> dict[str, Value]:
    return dict(stage.document.root.blocks[stage.document.block].arguments)


def shown(stage: Stage) -> list[str]:
    """Every sentence that can be read."""
    return [one.text() for one in stage.panel.findChildren(QLabel) if one.isVisible() and one.text()]


def choose(stage: Stage, field: str, text: str) -> None:
    """Press the link beside a field and choose from its menu."""
    row = stage.panel.form.rows[field]
    assert row.link.isVisible()
    stage.click(row.link)
    menu = next(menu for menu in stage.panel.findChildren(QMenu, "link-menu") if menu.isVisible())
    entries = {action.text(): action for action in menu.actions()}
    assert text in entries, list(entries)
    entries[text].trigger()
    menu.close()


def offers(stage: Stage, field: str) -> list[str]:
    stage.click(stage.panel.form.rows[field].link)
    menu = next(menu for menu in stage.panel.findChildren(QMenu, "link-menu") if menu.isVisible())
    found = [action.text() for action in menu.actions() if not action.isSeparator()]
    menu.close()
    return found


# --- the page of the block ---


def test_with_nothing_selected_inside_a_block_it_is_the_block_that_is_shown(qtbot: QtBot) -> None:
    stage = body(qtbot)
    assert stage.panel.header.name.text() == "ResidualBlock"
    facts = stage.panel.facts.texts()
    assert facts["Layers"] == "4" and facts["Input"] == "N × 8 × 8 × 8"
    assert "A block, used only here." in shown(stage)
    assert any("first of 3" in text for text in shown(stage))
    stage.document.leave()
    stage.document.select([])
    assert stage.panel.header.name.text() == "Blocks"
    assert not stage.panel.arguments.isVisible()


def test_it_is_said_at_how_many_uses_an_edit_counts(qtbot: QtBot) -> None:
    stage = inside(qtbot, little_resnet(), "stage1", "first")
    assert "A block. What you change in here changes at all 4 uses of it." in shown(stage)


def test_a_block_is_renamed_at_its_page_everywhere(qtbot: QtBot) -> None:
    stage = inside(qtbot, little_resnet(), "stage1", "first")
    stage.enter(stage.panel.header.name, "Residual")
    root = stage.document.root
    assert list(root.blocks) == ["Residual", "Stage"]
    assert root.blocks["Stage"].nodes["rest"].layer == "Residual"
    assert stage.document.scope == ("stage1", "first") and stage.panel.header.name.text() == "Residual"
    stage.document.undo()
    assert stage.document.root == little_resnet()


@pytest.mark.parametrize("name", ["Stage", "Conv2d", "two words", "", "class"])
def test_a_name_that_no_block_can_have_is_refused_in_words(qtbot: QtBot, name: str) -> None:
    stage = inside(qtbot, little_resnet(), "stage1", "first")
    stage.enter(stage.panel.header.name, name)
    assert stage.document.root == little_resnet()
    refusal = stage.panel.findChild(QLabel, "inspector-refusal")
    assert refusal.isVisible() and refusal.text()


def test_the_default_of_an_argument_is_changed_for_all_uses(qtbot: QtBot) -> None:
    stage = body(qtbot)
    row = stage.panel.arguments.rows["dropout"]
    assert row.editor.held.text() == "0.1"
    assert row.note.text() == "decides drop.p"
    stage.enter(row.editor.held, "0.5")
    assert defaults(stage) == {"width": 8, "dropout": 0.5}
    assert stage.document.inference.nodes["drop"].arguments["p"] == 0.5
    stage.document.undo()
    assert row.editor.held.text() == "0.1"


def test_a_default_that_cannot_be_is_refused_as_in_the_layer(qtbot: QtBot) -> None:
    stage = body(qtbot)
    row = stage.panel.arguments.rows["dropout"]
    stage.enter(row.editor.held, "7")
    assert defaults(stage)["dropout"] == 0.1 and "at most 1" in row.note.text()
    stage.press(row.editor.held, Qt.Key.Key_Escape)
    assert row.note.text() == "decides drop.p"
    stage.enter(row.editor.held, "")
    assert defaults(stage)["dropout"] == 0.1


def test_an_argument_is_renamed_inside_and_at_every_use(qtbot: QtBot) -> None:
    stage = inside(qtbot, with_argument(blocks(), "body", "width", 8), "body")
    stage.enter(stage.panel.arguments.rows["width"].name, "channels")
    assert list(defaults(stage)) == ["channels", "dropout"]
    assert arguments(stage, "conv")["out_channels"] == Reference("channels")
    assert stage.document.root.nodes["body"].arguments == {"channels": 8}
    assert list(stage.panel.arguments.rows) == ["channels", "dropout"]


def test_an_arguments_name_that_is_taken_is_refused(qtbot: QtBot) -> None:
    stage = body(qtbot)
    row = stage.panel.arguments.rows["width"]
    stage.enter(row.name, "dropout")
    assert list(defaults(stage)) == ["width", "dropout"]
    assert row.note.text() == "Another argument of the block is called dropout already."
    stage.press(row.name, Qt.Key.Key_Escape)
    assert row.note.text() == "decides conv.out_channels" and row.name.text() == "width"


def test_an_argument_is_removed_and_the_block_decides_itself(qtbot: QtBot) -> None:
    stage = body(qtbot)
    stage.click(stage.panel.arguments.rows["dropout"].remove)
    assert defaults(stage) == {"width": 8} and arguments(stage, "drop") == {"p": 0.1}
    assert list(stage.panel.arguments.rows) == ["width"]
    stage.click(stage.panel.arguments.rows["width"].remove)
    assert any("no arguments yet" in text for text in shown(stage))
    stage.document.undo()
    stage.document.undo()
    assert stage.document.root == blocks()


def test_what_is_typed_for_a_block_counts_when_it_is_left(qtbot: QtBot) -> None:
    stage = body(qtbot)
    stage.type(stage.panel.arguments.rows["dropout"].editor.held, "0.25")
    stage.document.leave()
    assert stage.document.root.blocks["ResidualBlock"].arguments["dropout"] == 0.25


def test_what_is_typed_for_a_node_inside_goes_to_that_node(qtbot: QtBot) -> None:
    """Outside there is a node of the same name and layer."""
    stage = body(qtbot, "conv")
    stage.type(stage.panel.form.rows["kernel_size"].editor.held, "5")
    stage.document.look_at(())
    stage.document.select(["conv"])
    assert stage.document.root.blocks["ResidualBlock"].nodes["conv"].arguments["kernel_size"] == 5
    assert stage.document.root.nodes["conv"].arguments["kernel_size"] == 3
    assert stage.panel.form.rows["kernel_size"].editor.held.text() == "3"


def test_where_nothing_flows_in_it_is_said_why_no_shapes_are_known(qtbot: QtBot) -> None:
    layout = blocks()
    stage = inside(qtbot, replace(layout, edges=tuple(edge for edge in layout.edges if edge.target != "body")), "body")
    assert any("nothing flows into body" in text for text in shown(stage))


# --- fields that an argument decides ---


def test_a_field_that_an_argument_decides_shows_it_with_its_value_here(qtbot: QtBot) -> None:
    stage = inside(qtbot, little_resnet(), "stage2", "first")
    stage.document.select(["conv1"])
    row = stage.panel.form.rows["out_channels"]
    assert not row.editor.isVisible() and row.reference.isVisible()
    assert "channels" in row.reference.text() and "= 32" in row.reference.text()
    assert stage.panel.form.rows["stride"].reference.text().count("2") == 1
    assert stage.panel.form.rows["kernel_size"].editor.isVisible()


def test_a_multiple_of_an_argument_is_shown_as_one(qtbot: QtBot) -> None:
    layout = blocks()
    found = layout.blocks["ResidualBlock"]
    nodes = {**found.nodes, "conv": Node("Conv2d", {"out_channels": Reference("width", 4), "kernel_size": 1})}
    stage = inside(qtbot, with_blocks(layout, {"ResidualBlock": replace(found, nodes=nodes)}), "body")
    stage.document.select(["conv"])
    assert stage.panel.form.rows["out_channels"].reference.text().startswith("4 × width")


def test_a_field_becomes_an_argument_of_the_block_with_its_value_as_default(qtbot: QtBot) -> None:
    stage = body(qtbot, "conv")
    choose(stage, "kernel_size", "Make it an argument of ResidualBlock")
    assert defaults(stage)["kernel_size"] == 3
    assert arguments(stage, "conv")["kernel_size"] == Reference("kernel_size")
    assert stage.panel.form.rows["kernel_size"].reference.isVisible()
    assert stage.document.inference.nodes["conv"].arguments["kernel_size"] == 3
    stage.document.leave()
    # Now each use of the block has it in its own form.
    assert "kernel_size" in stage.panel.form.rows
    stage.document.undo()
    assert stage.document.scope == ("body",) and defaults(stage) == {"width": 8, "dropout": 0.1}


def test_a_field_that_is_not_given_becomes_an_argument_with_torchs_default(qtbot: QtBot) -> None:
    stage = body(qtbot, "conv")
    choose(stage, "padding_mode", "Make it an argument of ResidualBlock")
    assert defaults(stage)["padding_mode"] == "zeros"
    choose(stage, "bias", "Make it an argument of ResidualBlock")
    assert defaults(stage)["bias"] is False
    assert not stage.document.root_inference.errors


def test_an_argument_of_a_name_that_is_taken_gets_another(qtbot: QtBot) -> None:
    layout = blocks()
    found = layout.blocks["ResidualBlock"]
    found = replace(found, arguments={**found.arguments, "kernel_size": 3})
    stage = inside(qtbot, with_blocks(layout, {"ResidualBlock": found}), "body")
    stage.document.select(["conv"])
    choose(stage, "kernel_size", "Make it an argument of ResidualBlock")
    assert arguments(stage, "conv")["kernel_size"] == Reference("kernel_size_2")


def test_a_field_uses_an_argument_that_is_there_already(qtbot: QtBot) -> None:
    stage = body(qtbot, "conv")
    # A dropout of 0.1 is no stride; a width of 8 can be one.
    assert offers(stage, "stride") == ["Make it an argument of ResidualBlock", "Use the argument width"]
    choose(stage, "stride", "Use the argument width")
    assert arguments(stage, "conv")["stride"] == Reference("width")
    assert defaults(stage) == {"width": 8, "dropout": 0.1}


def test_a_field_gets_a_value_of_its_own_again(qtbot: QtBot) -> None:
    stage = inside(qtbot, little_resnet(), "stage2", "first")
    stage.document.select(["conv1"])
    choose(stage, "out_channels", "Give it a value of its own: 32")
    assert arguments(stage, "conv1")["out_channels"] == 32
    assert stage.panel.form.rows["out_channels"].editor.held.text() == "32"
    # The block has the argument still, for what else it decides.
    assert defaults(stage)["channels"] == 64


def test_what_flows_in_decides_is_no_argument(qtbot: QtBot) -> None:
    stage = body(qtbot, "conv")
    assert not stage.panel.form.rows["in_channels"].link.isVisible()
    stage.enter(stage.panel.form.rows["in_channels"].editor.held, "8")
    assert stage.panel.form.rows["in_channels"].link.isVisible()


def test_how_many_tensors_a_node_returns_is_no_argument(qtbot: QtBot) -> None:
    part = block(
        {"x": Node("Input"), "parts": Node("chunk", {"chunks": 2, "dim": 1}), "y": Node("Output")}, "x parts, parts y"
    )
    layout = graph(
        "chunks",
        {"x": Node("Input", {"shape": (4,)}), "b": Node("Part"), "y": Node("Output")},
        "x b, b y",
        blocks={"Part": part},
    )
    stage = inside(qtbot, layout, "b")
    stage.document.select(["parts"])
    assert not stage.panel.form.rows["chunks"].link.isVisible()
    assert stage.panel.form.rows["dim"].link.isVisible()


def test_outside_of_blocks_nothing_is_linked(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, blocks(), size=(340, 1200))
    stage.document.select(["conv"])
    assert not any(row.link.isVisible() for row in stage.panel.form.rows.values())


def test_a_use_inside_a_block_takes_the_outer_blocks_argument(qtbot: QtBot) -> None:
    stage = inside(qtbot, little_resnet(), "stage2")
    stage.document.select(["rest"])
    assert "= 32" in stage.panel.form.rows["channels"].reference.text()
    choose(stage, "stride", "Make it an argument of Stage")
    assert defaults(stage) == {"channels": 64, "stride": 1}


def test_the_link_is_reached_and_opened_by_keys(qtbot: QtBot) -> None:
    stage = body(qtbot, "conv")
    row = stage.panel.form.rows["kernel_size"]
    row.editor.held.setFocus()
    stage.press(row.editor.held, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is row.link
    assert row.link.accessibleName() == "Where the value of kernel_size comes from"
    stage.press(row.link, Qt.Key.Key_Space)
    menu = next(menu for menu in stage.panel.findChildren(QMenu, "link-menu") if menu.isVisible())
    menu.close()


def test_an_input_of_a_block_has_no_form(qtbot: QtBot) -> None:
    stage = body(qtbot, "x")
    assert stage.panel.form.rows == {}
    # One that a file gives is shown, so that it can be taken back.
    stage.document.apply("inspector.edit_argument", lambda layout: with_argument(layout, "x", "shape", (8, 8, 8)))
    assert list(stage.panel.form.rows) == ["shape"]
    stage.click(stage.panel.form.rows["shape"].reset)
    assert arguments(stage, "x") == {} and stage.panel.form.rows == {}


def test_the_output_of_a_block_is_compared_with_no_data(qtbot: QtBot) -> None:
    stage = body(qtbot, "y")
    assert "Loss" not in stage.panel.facts.texts()


def test_facts_of_a_node_inside_are_those_at_this_use(qtbot: QtBot) -> None:
    stage = inside(qtbot, little_resnet(), "stage1", "first")
    stage.document.select(["conv2"])
    facts = stage.panel.facts.texts()
    assert facts["Output"].startswith("N × 16 ×")
    assert facts["Parameters"] == "16·16·3·3 = 2,304"
    assert facts["Activations"] != ""


def test_a_problem_inside_is_shown_at_its_node_with_a_mend_for_every_use(qtbot: QtBot) -> None:
    layout = little_resnet()
    found = layout.blocks["ResidualBlock"]
    wrong = replace(found, nodes={**found.nodes, "norm1": Node("BatchNorm2d", {"num_features": 5})})
    stage = inside(qtbot, with_blocks(layout, {**layout.blocks, "ResidualBlock": wrong}), "stage1", "first")
    stage.document.select(["norm1"])
    (card,) = stage.panel.cards
    button = card.buttons.children()[1]
    assert button.text().endswith("in every ResidualBlock")
    with qtbot.waitSignal(stage.document.changed):
        stage.click(button)
    assert stage.panel.cards == [] and not stage.document.root_inference.errors
    assert stage.document.scope == ("stage1", "first") and stage.document.selected == "norm1"


# --- the use of a block ---


def test_a_use_can_be_looked_into_from_its_page(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, blocks(), size=(340, 1200))
    stage.document.select(["body"])
    with qtbot.waitSignal(stage.document.scope_changed):
        stage.click(stage.panel.inside.enter)
    assert stage.document.scope == ("body",)


def test_a_use_can_be_unpacked_from_its_page(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, blocks(), size=(340, 1200))
    stage.document.select(["body"])
    with qtbot.waitSignal(stage.panel.unpack_wanted):
        stage.click(stage.panel.inside.unpack)


# --- what else is known of a node ---


def test_of_a_muted_node_it_is_said_what_that_means(qtbot: QtBot) -> None:
    muted = replace(digits_mlp().nodes["hidden"], muted=True)
    stage = staged(qtbot, InspectorPanel, with_node(digits_mlp(), "hidden", muted), size=(340, 1200))
    stage.document.select(["hidden"])
    assert any(text.startswith("Muted:") for text in shown(stage))
    stage.document.select(["relu"])
    assert not any(text.startswith("Muted:") for text in shown(stage))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_of_the_blocks_page_is_cut_off_in_a_narrow_panel(qtbot: QtBot, language: str) -> None:
    stage = inside(qtbot, little_resnet(), "stage1", "first", language=language)
    stage.window.resize(240, 1200)
    stage.panel.resize(240, 1200)
    stage.document.select([])
    page = stage.panel.widget()
    qtbot.waitUntil(lambda: page.width() <= 240)
    for one in page.findChildren(QLabel):
        if one.isVisible() and one.text():
            right = one.mapTo(page, one.rect().topRight()).x()
            assert right <= page.width() and one.height() >= one.heightForWidth(one.width()), one.text()


def test_inside_a_block_a_muted_node_keeps_the_layer_that_it_is(qtbot: QtBot) -> None:
    layout = little_resnet()
    inner = layout.blocks["ResidualBlock"]
    nodes = {**inner.nodes, "norm2": replace(inner.nodes["norm2"], muted=True)}
    layout = with_blocks(layout, {**layout.blocks, "ResidualBlock": replace(inner, nodes=nodes)})
    stage = inside(qtbot, layout, "stage1")
    stage.document.select(["first"])
    layers = {name: layer for name, layer, _ in stage.panel.inside.texts()}
    assert layers["norm2"] == "BatchNorm2d · muted"
    assert "muted" not in layers["norm1"]


def test_the_page_of_a_block_counts_what_the_block_counts(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, little_resnet(), size=(340, 1200))
    stage.document.select(["stage1"])
    outside = [text for text in shown(stage) if text.endswith((" kB", " MB"))]
    stage.document.enter("stage1")
    assert set(outside) & {text for text in shown(stage) if text.endswith((" kB", " MB"))}


def test_of_copies_without_wires_no_parameters_are_counted(qtbot: QtBot) -> None:
    loose = Layout("", {"one": Node("Conv2d", {"out_channels": 4, "kernel_size": 3}), "two": Node("ReLU")})
    stage = staged(qtbot, InspectorPanel, loose, size=(340, 1200))
    stage.document.select(["one", "two"])
    assert "2 nodes" in stage.panel.header.name.text()
    assert "Parameters" not in shown(stage)
