"""Where a picture of the network goes: asks for a file or a printer, draws it there, and says how that went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QPageLayout
from shiboken6 import delete

from gui.file_dialogs import file_name, reason_of
from gui.picture import KINDS, RATIO, Kind, Paper, Picture
from gui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from gui.main_window import MainWindow

DOTS_PER_INCH = 144
"""Of a printed page: a hairline, which is one dot wide, is half a point there, and the dashes of one stand apart."""
SENTENCES = ("window.picture_saved", "window.picture_smaller", "window.picture_not_saved", "window.not_printed")


def export_picture(window: MainWindow) -> None:
    """Ask where, and draw the network there: on white, or in the colours of the screen where these are others."""
    say = window.words.say
    choices: list[tuple[Kind, bool]] = [(kind, True) for kind in KINDS]
    filters = [f"{say(f'dialog.picture_{kind}')} (*.{kind})" for kind in KINDS]
    if window.theme.name == "dark":
        choices += [(kind, False) for kind in KINDS]
        kinds = [(say(f"dialog.picture_{kind}"), kind) for kind in KINDS]
        filters += [f"{say('dialog.picture_as_shown', kind=words)} (*.{kind})" for words, kind in kinds]
    stem = file_name(window.document.block or window.files.name)
    chosen = window.files.dialogs.ask_where_else("dialog.picture_title", f"{stem}.{KINDS[0]}", filters)
    if chosen is None:
        return
    path, number = chosen
    kind, on_paper = choices[number]
    suffix = path.suffix.lower().removeprefix(".")
    if suffix in KINDS:
        # What a person types is what they want, whatever the list of kinds says.
        kind = next(known for known in KINDS if known == suffix)
    elif not (longer := path.with_name(f"{path.name}.{kind}")).exists():
        path = longer
    save_picture(window, path, kind, on_paper)


def save_picture(window: MainWindow, path: Path, kind: Kind, on_paper: bool) -> None:
    """Draw the network into a file, and say above the canvas how that went."""
    window.notices.withdraw(*SENTENCES)
    with _picture(window, Paper() if on_paper else Theme(window.theme.name)) as picture:
        ratio = picture.png_ratio
        try:
            picture.save(path, kind)
        except (OSError, MemoryError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            window.notices.tell("bad", "window.picture_not_saved", reason=reason)
            return
    if kind == "png" and ratio < RATIO:
        window.notices.tell("info", "window.picture_smaller", path=str(path), percent=max(1, round(100 * ratio)))
    else:
        window.notices.tell("good", "window.picture_saved", path=str(path))


def print_picture(window: MainWindow) -> None:
    """Ask which printer, and draw the network on one sheet."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    window.notices.withdraw(*SENTENCES)
    with _picture(window, Paper()) as picture:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(window.files.name)
        wide = picture.size.width() > picture.size.height()
        printer.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)
        dialog = QPrintDialog(printer, window)
        if dialog.exec():
            print_on(window, picture, printer)
        # Now, because it knows the printer, which goes with this function.
        delete(dialog)


def print_on(window: MainWindow, picture: Picture, printer: QPrinter) -> None:
    printer.setResolution(DOTS_PER_INCH)
    if not picture.paint_page(printer, printer.resolution()):
        window.notices.tell("bad", "window.not_printed")


def _picture(window: MainWindow, theme: Theme) -> Picture:
    return Picture(window.document, window.words, theme)
