"""Whether everything can be read and told apart, in light and in dark."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.catalogue import CATEGORIES
from gui.theme import Theme, restyle
from gui.theme.icons import FOLDER
from gui.theme.tokens import DARK, LIGHT, PALETTES

SURFACES = ("canvas", "panel", "raised")
WORDS = ("text", "text_quiet", "accent", "good", "warn", "bad", "plot.train", "plot.test")
WORDS += tuple(f"plot.{number}" for number in range(1, 9))
CODE = tuple(token for token in LIGHT if token.startswith("code."))
THEMES = ("light", "dark")

# How colours look with the three kinds of colour blindness, in linear light (Machado, Oliveira, Fernandes 2009).
EYES = {
    "full": np.eye(3),
    "no red": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "no green": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "no blue": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio, 1 to 21."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, eye: str) -> np.ndarray:
    """Oklab coordinates, in which equal distances look equally different."""
    cone = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                     [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
    lab = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                    [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
    return lab @ np.cbrt(cone @ np.clip(EYES[eye] @ linear(colour), 0, 1))


def test_light_and_dark_have_the_same_tokens() -> None:
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("token", WORDS + CODE)
def test_words_can_be_read_on_every_surface(theme: str, surface: str, token: str) -> None:
    colours = PALETTES[theme]
    assert contrast(colours[token], colours[surface]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["hover", "selection"])
@pytest.mark.parametrize("token", ["text", "text_quiet"])
def test_words_can_be_read_where_a_row_is_chosen(theme: str, ground: str, token: str) -> None:
    assert contrast(PALETTES[theme][token], PALETTES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["accent", "accent_hover", "accent_pressed"])
def test_words_can_be_read_on_the_accent(theme: str, ground: str) -> None:
    assert contrast(PALETTES[theme]["accent_text"], PALETTES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_categories_differ_for_every_eye(theme: str, eye: str) -> None:
    colours = PALETTES[theme]
    pairs = itertools.combinations(CATEGORIES, 2)
    distances = {
        pair: float(
            np.linalg.norm(seen(colours[f"category.{pair[0]}"], eye) - seen(colours[f"category.{pair[1]}"], eye))
        )
        for pair in pairs
    }
    nearest = min(distances, key=lambda pair: distances[pair])
    # Okabe and Ito's eight colours come to 0.076, measured in the same way; these are fourteen.
    assert distances[nearest] >= (0.12 if eye == "full" else 0.08), nearest


@pytest.mark.parametrize("theme", THEMES)
def test_a_category_stands_out_from_the_node_that_it_marks(theme: str) -> None:
    for category in CATEGORIES:
        assert contrast(PALETTES[theme][f"category.{category}"], PALETTES[theme]["raised"]) >= 2.8, category


@pytest.mark.parametrize("category", sorted(set(CATEGORIES) - {"in_out", "operation"}))
def test_a_category_has_the_same_hue_in_the_light_and_in_the_dark(category: str) -> None:
    """Of the two that are nearly grey there is no hue to keep."""
    light, dark = (np.arctan2(*seen(colours[f"category.{category}"], "full")[:0:-1]) for colours in (LIGHT, DARK))
    away = abs((np.degrees(light - dark) + 180) % 360 - 180)
    assert away < 25, round(away)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_has_an_icon(category: str, qapp: QApplication) -> None:
    assert (FOLDER / f"category_{category}.svg").is_file()
    assert not Theme("light").pixmap(f"category_{category}", 16, f"category.{category}").isNull()


@pytest.mark.parametrize("icon", sorted(path.stem for path in FOLDER.glob("*.svg") if path.stem != "layerloom"))
def test_an_icon_takes_the_colour_that_is_asked_for(icon: str, qapp: QApplication) -> None:
    text = (FOLDER / f"{icon}.svg").read_text()
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 16 16"
    assert not re.search(r"#[0-9a-fA-F]{3}|rgb", text)
    image = Theme("light").pixmap(icon, 32, "accent", 1.0).toImage()
    accent = QColor(LIGHT["accent"])
    inked = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255]
    assert inked and all(colour.rgb() == accent.rgb() for colour in inked)


def test_an_unknown_token_or_choice_is_refused(qapp: QApplication) -> None:
    theme = Theme("light")
    with pytest.raises(KeyError):
        theme.colour("purple")
    with pytest.raises(ValueError, match="system, light, dark"):
        theme.set_choice("sepia")


def test_changing_the_theme_is_told_once_and_dresses_the_application(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    with qtbot.waitSignal(theme.changed):
        theme.set_choice("dark")
    assert theme.name == "dark"
    assert qapp.palette().window().color().name() == DARK["panel"]
    assert DARK["raised"] in qapp.styleSheet()
    told: list[None] = []
    theme.changed.connect(lambda: told.append(None))
    theme.set_choice("dark")
    assert not told


def test_the_system_choice_is_light_where_the_system_says_nothing(qapp: QApplication) -> None:
    assert Theme("system").name in THEMES
    hints = qapp.styleHints()
    if hints.colorScheme() == Qt.ColorScheme.Unknown:
        assert Theme("system").name == "light"


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_is_whole(theme: str, qapp: QApplication) -> None:
    sheet = Theme(theme).style_sheet()
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")


def test_a_property_takes_effect_when_the_widget_is_restyled(qapp: QApplication, qtbot: QtBot) -> None:
    Theme("light").apply(qapp)
    label = QLabel("loss")
    qtbot.addWidget(label)
    label.show()
    label.setProperty("heading", True)
    restyle(label)
    assert label.font().pixelSize() == 15


def test_fonts_have_the_three_sizes_and_figures_of_one_width(qapp: QApplication) -> None:
    theme = Theme("light")
    assert [theme.font(size).pixelSize() for size in (11, 13, 15)] == [11, 13, 15]
    metrics = QFontMetrics(theme.font(13, mono=True))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1
    assert QFontInfo(theme.font(13, mono=True)).family() != QFontInfo(theme.font(13)).family()


@pytest.mark.parametrize("theme", THEMES)
def test_colour_maps_are_tables_of_256_opaque_colours(theme: str, qapp: QApplication) -> None:
    for kind in ("diverging", "sequential"):
        table = Theme(theme).colormap(kind)
        assert table.shape == (256, 4)
        assert table.dtype == np.uint8
        assert (table[:, 3] == 255).all()


@pytest.mark.parametrize("theme", THEMES)
def test_zero_recedes_into_the_surface_and_the_ends_stand_out(theme: str, qapp: QApplication) -> None:
    brightness = Theme(theme).colormap("diverging")[:, :3].mean(axis=1)
    surface = np.mean([int(PALETTES[theme]["raised"][at : at + 2], 16) for at in (1, 3, 5)])
    assert abs(brightness[127] - surface) < 16
    assert min(abs(brightness[0] - surface), abs(brightness[255] - surface)) > 80


@pytest.mark.parametrize("theme", THEMES)
def test_more_is_never_paler_in_a_sequential_map(theme: str, qapp: QApplication) -> None:
    brightness = Theme(theme).colormap("sequential")[:, :3].astype(int).sum(axis=1)
    steps = np.diff(brightness)
    assert (steps <= 0).all() if theme == "light" else (steps >= 0).all()
