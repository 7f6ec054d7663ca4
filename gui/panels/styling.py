"""Small pieces that the panels share: a label in a certain voice, a hairline, sentences and shapes as rich text."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from core.signals import Shape
from core.text import value_text
from gui.theme import Theme, restyle


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for, and let the widget be styled anew if it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)


def label(parent: QWidget | None = None, *, voice: str = "", wrap: bool = False) -> QLabel:
    """A label; `voice` names properties of the style sheet (`quiet`, `small`, `mono` …), several with spaces."""
    made = QLabel(parent)
    for name in voice.split():
        made.setProperty(name, True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        # A wrapping label takes the width it gets and asks only for height.
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        made.setMinimumWidth(48)
    return made


def separator(parent: QWidget | None = None) -> QFrame:
    """A hairline across."""
    line = QFrame(parent)
    line.setProperty("rule", "horizontal")
    return line


def sentence_html(sentence: str, theme: Theme) -> str:
    """A sentence of the text files, with what stands between backticks in the fixed-width font."""
    families = ", ".join(f"'{family}'" for family in theme.font(mono=True).families())
    return re.sub(
        r"`([^`]+)`", rf'<span style="font-family:{escape(families)}">\1</span>', escape(sentence, quote=False)
    )


def plain(sentence: str) -> str:
    """A sentence without backticks: for buttons, and to be read aloud."""
    return sentence.replace("`", "")


def shape_html(shape: Shape, theme: Theme, before: Shape | None = None) -> str:
    """A shape with a quiet batch dimension and, where the shape `before` is known, what changed set off."""
    quiet, changed = theme.colour("text_quiet").name(), theme.colour("accent").name()
    parts = []
    for axis, size in enumerate(shape):
        text = escape(str(size))
        if isinstance(size, str):
            text = f'<span style="color:{quiet}">{text}</span>'
        elif before is not None and (len(before) != len(shape) or before[axis] != size):
            text = f'<b style="color:{changed}">{text}</b>'
        parts.append(text)
    return f' <span style="color:{quiet}">×</span> '.join(parts) if parts else escape(value_text(shape))
