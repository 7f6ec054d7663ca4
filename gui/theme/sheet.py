"""The style sheet of the whole application, made of tokens. Views set properties and never a style of their own.

Properties that a view may set (before the widget is shown):

    QPushButton, QToolButton   kind = "primary"   the one thing to do here (accent)
                               kind = "plain"     no frame until the pointer is over it (tool bars, icons)
                               kind = "danger"    takes something away
                               kind = "link"      reads like words, in the accent
                               kind = "small"     an icon beside a field, as small as the icon
                               flush = true       a link whose icon stands in the column of the words above
    QLabel                     quiet = true       11 px in quiet text
                               small = true       11 px
                               mono = true        numbers, shapes and code
                               strong = true      semibold: what a calculation comes to
                               heading = true     15 px, semibold
                               section = true     11 px, semibold, quiet: the title of a group
                               keys = true        11 px in a box: what to press
                               tone = "good" | "warn" | "bad" | "quiet"
                               small = true       11 px
    QWidget, QFrame            surface = "canvas" | "panel" | "raised"
                               card = true        raised, with a hairline and round corners
    QFrame                     row = true         one of a list, with a hairline below
    QFrame                     rule = "horizontal" | "vertical"   a hairline
    QLineEdit                  kind = "heading"   a title that is edited in place
    QTabBar                    kind = "documents" one tab for each open document
    QComboBox, QCheckBox       quiet = true       the value is a default
    QLineEdit, QSpinBox …      wrong = true       the value is refused

After a property changed on a visible widget call `gui.theme.restyle(widget)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from gui.theme.scale import scaled_sheet

_SHEET = """
* { outline: 0; dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow, QDialog, QMessageBox { background: $panel; }
QWidget[surface="canvas"] { background: $canvas; }
QWidget[surface="panel"] { background: $panel; }
QWidget[surface="raised"] { background: $raised; }
QFrame[card="true"] { background: $raised; border: 1px solid $line; border-radius: 8px; }
QFrame[row="true"] { background: transparent; border: 1px solid transparent; border-bottom-color: $line; }
QFrame[row="true"]:hover { background: $hover; }
QFrame[row="true"]:focus { border-color: $focus; }
QFrame[rule="horizontal"] { background: $line; border: 0; min-height: 1px; max-height: 1px; }
QFrame[rule="vertical"] { background: $line; border: 0; min-width: 1px; max-width: 1px; }

QLabel { background: transparent; }
QLabel:disabled { color: $text_disabled; }
QLabel[quiet="true"] { color: $text_quiet; font-size: 11px; }
QLabel[mono="true"] { font-family: $mono; }
QLabel[strong="true"] { font-weight: 600; }
QLabel[small="true"] { font-size: 11px; }
QLabel[heading="true"] { font-size: 15px; font-weight: 600; }
QLabel[section="true"] { color: $text_quiet; font-size: 11px; font-weight: 600; }
QLabel[keys="true"] {
    color: $text_quiet; background: $raised; border: 1px solid $line; border-radius: 4px;
    padding: 1px 6px; font-size: 11px;
}
QLabel[tone="good"] { color: $good; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="quiet"] { color: $text_quiet; }
QLabel[small="true"] { font-size: 11px; }

QPushButton, QToolButton {
    background: $raised; border: 1px solid $line; border-radius: 6px; padding: 4px 12px;
}
/* A button of words has none: a layout that is short of room would squeeze it down to that, and cut its words. */
QToolButton { padding: 4px 8px; min-height: 18px; }
QPushButton, QToolButton { icon-size: 16px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: $selection; }
QPushButton:focus, QToolButton:focus { border-color: $focus; }
QPushButton:disabled, QToolButton:disabled { color: $text_disabled; background: transparent; }
QPushButton[kind="primary"], QPushButton:default {
    background: $accent; border-color: $accent; color: $accent_text; font-weight: 600;
}
QToolButton[kind="primary"] { background: $accent; border-color: $accent; color: $accent_text; font-weight: 600; }
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover, QPushButton:default:hover {
    background: $accent_hover; border-color: $accent_hover;
}
QPushButton[kind="primary"]:pressed, QToolButton[kind="primary"]:pressed, QPushButton:default:pressed {
    background: $accent_pressed; border-color: $accent_pressed;
}
QPushButton[kind="primary"]:focus, QToolButton[kind="primary"]:focus, QPushButton:default:focus {
    border-color: $text;
}
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled {
    background: $hover; border-color: $line; color: $text_disabled;
}
QPushButton[kind="plain"], QToolButton[kind="plain"] {
    background: transparent; border-color: transparent; padding: 4px 6px;
}
QPushButton[kind="plain"]:hover, QToolButton[kind="plain"]:hover { background: $hover; }
QPushButton[kind="plain"]:pressed, QToolButton[kind="plain"]:pressed,
QPushButton[kind="plain"]:checked, QToolButton[kind="plain"]:checked { background: $selection; }
QPushButton[kind="plain"]:focus, QToolButton[kind="plain"]:focus { border-color: $focus; }
QPushButton[kind="plain"]:disabled, QToolButton[kind="plain"]:disabled { background: transparent; }
QPushButton[kind="danger"] { color: $bad; }
QPushButton[kind="danger"]:hover { border-color: $bad; }
QPushButton[kind="link"], QToolButton[kind="link"] {
    background: transparent; border: 1px solid transparent; padding: 2px 4px; color: $accent; text-align: left;
}
QPushButton[flush="true"], QToolButton[flush="true"] { padding-left: 0; }
QPushButton[kind="link"]:hover, QToolButton[kind="link"]:hover { background: $hover; }
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus { border-color: $focus; }
QPushButton::menu-indicator, QToolButton::menu-indicator { $menu_arrow width: 12px; height: 12px; right: 6px;
    subcontrol-origin: padding; subcontrol-position: center right; }
QToolButton[popupMode="2"] { padding-right: 22px; }

QToolBar { background: $panel; border: 0; border-bottom: 1px solid $line; padding: 6px 8px; spacing: 4px; }
QToolBar::separator { background: $line; width: 1px; margin: 4px 6px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $raised; border: 1px solid $line; border-radius: 6px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit, QSpinBox, QDoubleSpinBox { padding: 3px 8px; min-height: 20px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $text_disabled; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $focus;
}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $text_disabled; background: $panel;
}
QLineEdit:read-only { background: $panel; }
QLineEdit[wrong="true"], QSpinBox[wrong="true"], QDoubleSpinBox[wrong="true"], QComboBox[wrong="true"],
QLineEdit[wrong="true"]:focus { border-color: $bad; }
QLineEdit[kind="heading"] {
    background: transparent; border-color: transparent; padding: 1px 4px; font-size: 15px; font-weight: 600;
}
QLineEdit[kind="heading"]:hover { border-color: $line; }
QLineEdit[kind="heading"]:focus { border-color: $focus; background: $raised; }
QLineEdit[kind="heading"][wrong="true"] { border-color: $bad; }
QComboBox[quiet="true"], QCheckBox[quiet="true"] { color: $text_quiet; }
QLineEdit QToolButton[kind="step"] {
    border: 0; border-radius: 3px; background: transparent; padding: 0; min-height: 0; margin: 0;
}
QToolButton[kind="small"] {
    border: 1px solid transparent; border-radius: 4px; background: transparent; padding: 0; min-height: 0;
}
QToolButton[kind="small"]:hover { background: $hover; }
QToolButton[kind="small"]:focus { border-color: $focus; }
QPlainTextEdit[kind="page"], QPlainTextEdit[kind="page"]:focus { border: 0; border-radius: 0; }
QLineEdit QToolButton[kind="step"]:hover { background: $hover; }
QLineEdit > QToolButton { border: 0; background: transparent; padding: 0; min-height: 0; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {
    border: 0; background: transparent; padding: 0 0 0 4px; min-height: 0;
}
QSpinBox, QDoubleSpinBox { padding: 3px 20px 3px 6px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; width: 18px; background: transparent; border: 0; margin: 1px;
}
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; border-top-right-radius: 5px; }
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-position: bottom right; border-bottom-right-radius: 5px;
}
QSpinBox::up-button:hover, QDoubleSpinBox::up-button:hover,
QSpinBox::down-button:hover, QDoubleSpinBox::down-button:hover { background: $hover; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { $up_arrow width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { $down_arrow width: 10px; height: 10px; }

QComboBox { padding: 3px 4px 3px 8px; min-height: 20px; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 24px; border: 0; }
QComboBox::down-arrow { $down_arrow width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $line; border-radius: 6px; padding: 4px; outline: 0;
    selection-background-color: $selection; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 24px; padding: 2px 8px; border-radius: 4px; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; min-height: 20px; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_disabled; }
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator, QTreeView::indicator {
    width: 14px; height: 14px; border: 1px solid $text_disabled; border-radius: 4px; background: $raised;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $focus; }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator:checked, QListView::indicator:checked, QTreeView::indicator:checked {
    background: $accent; border-color: $accent; $check
}
QRadioButton::indicator:checked { width: 6px; height: 6px; background: $accent_text; border: 5px solid $accent; }
QCheckBox::indicator:disabled { background: $hover; border-color: $line; }

QTabWidget::pane { border: 0; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $text_quiet; border: 0; border-bottom: 2px solid transparent;
    padding: 7px 4px 6px 4px; margin: 0 8px;
}
QTabBar::tab:first { margin-left: 8px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar::tab:disabled { color: $text_disabled; }
QTabBar[kind="documents"] { background: $panel; border: 0; border-bottom: 1px solid $line; }
QTabBar[kind="documents"]::tab {
    margin: 0; padding: 4px 2px 4px 12px; border: 0; border-right: 1px solid $line; border-bottom: 1px solid $line;
    min-height: 22px; max-width: 200px;
}
QTabBar[kind="documents"]::tab:selected { background: $canvas; border-bottom-color: $canvas; }
QTabBar[kind="documents"]::tab:focus { color: $accent; }
QTabBar[kind="documents"] > QToolButton#ScrollLeftButton, QTabBar[kind="documents"] > QToolButton#ScrollRightButton {
    padding: 0; border-radius: 0; background: $panel;
}

QAbstractItemView { background: $panel; border: 0; selection-background-color: $selection; selection-color: $text; }
QAbstractItemView:focus { border: 0; }
QFrame[card="true"] > QListView { background: transparent; }
QListView, QTreeView, QTableView { alternate-background-color: $hover; }
QListView::item, QTreeView::item { min-height: 18px; padding: 3px 8px; border-radius: 4px; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected { background: $selection; color: $text; }
QTableView { gridline-color: $line; background: $raised; }
QTableView::item { padding: 2px 8px; }
QTableView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $panel; border: 0; }
QHeaderView::section {
    background: $panel; color: $text_quiet; border: 0; border-bottom: 1px solid $line; border-right: 1px solid $line;
    padding: 4px 8px; font-size: 11px; font-weight: 400;
}
QTableCornerButton::section {
    background: $panel; border: 0; border-bottom: 1px solid $line; border-right: 1px solid $line;
}

QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 12px; margin: 0; }
QScrollBar:horizontal { height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $text_disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; background: transparent; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover, QSplitter::handle:pressed { background: $focus; }

QMenuBar { background: $panel; border-bottom: 1px solid $line; padding: 2px 4px; spacing: 0; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 8px; }
QMenu::indicator:checked { $menu_check }
QMenu::right-arrow { $right_arrow width: 12px; height: 12px; }

QToolTip {
    background: $raised; color: $text; border: 1px solid $line; padding: 2px 3px; font-size: 11px;
}
QProgressBar {
    background: $hover; border: 0; border-radius: 3px; min-height: 6px; max-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { background: $line; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $raised; border: 1px solid $text_disabled; border-radius: 8px;
    width: 14px; height: 14px; margin: -6px 0;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border-color: $accent; }
QStatusBar { background: $panel; border-top: 1px solid $line; }
QStatusBar::item { border: 0; }
QGroupBox { border: 1px solid $line; border-radius: 6px; margin-top: 16px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; color: $text_quiet; }
"""


def style_sheet(
    colours: Mapping[str, str], mono_families: list[str], images: Mapping[str, str], scale: float = 1.0
) -> str:
    """The sheet for colours by token. `images` are paths of chevrons and checks; for a missing one Qt draws its own."""

    def image(name: str) -> str:
        return f'image: url("{images[name]}");' if name in images else ""

    return Template(scaled_sheet(_SHEET, scale)).substitute(
        colours,
        scroll=colours["line"],
        mono=", ".join(f'"{family}"' for family in mono_families),
        down_arrow=image("chevron_down"),
        up_arrow=image("chevron_up"),
        right_arrow=image("chevron_right"),
        menu_arrow=image("chevron_down"),
        check=image("check_on_accent"),
        menu_check=image("check"),
    )
