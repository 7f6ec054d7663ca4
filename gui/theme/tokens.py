"""Every colour of the program by name, light and dark. Nothing outside this file names a colour.

Text tokens (`text`, `text_quiet`, `accent`, `good`, `warn`, `bad`, `plot.*`, `code.*`) have a contrast of at least
4.5 : 1 on every surface (`canvas`, `panel`, `raised`); a test computes it.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    # Surfaces, from the ground upward.
    "canvas": "#f3f4f6",
    "panel": "#fafafb",
    "raised": "#ffffff",
    "line": "#dfe2e7",
    "grid": "#d9dce2",
    "hover": "#eceef2",
    "selection": "#e3e7fb",
    "focus": "#7583e8",
    # Words and meanings.
    "text": "#1c2027",
    "text_quiet": "#5b6370",
    "text_disabled": "#a3a9b3",
    "accent": "#4553c9",
    "accent_hover": "#3a47b5",
    "accent_pressed": "#323e9f",
    "accent_text": "#ffffff",
    "good": "#17744a",
    "warn": "#8a5a00",
    "bad": "#bf2f26",
    # What a layer does. Chosen so that any two can be told apart with every common kind of colour blindness.
    "category.in_out": "#666159",
    "category.linear": "#4052bf",
    "category.convolution": "#b32919",
    "category.pooling": "#c78f14",
    "category.normalization": "#498d5e",
    "category.activation": "#aa569e",
    "category.regularization": "#986bf9",
    "category.embedding": "#4f006c",
    "category.shape": "#659ecb",
    "category.operation": "#202a3a",
    "category.recurrent": "#692409",
    "category.attention": "#251ba1",
    "category.distance": "#77377a",
    "category.block": "#f26196",
    # Drawings and code.
    "plot.train": "#2b62b8",
    "plot.test": "#b1530a",
    "histogram": "#6f80d8",
    "code.keyword": "#7a3aa8",
    "code.string": "#1e7145",
    "code.number": "#a04a00",
    "code.comment": "#656d79",
    "code.name": "#1d63a8",
}

DARK: Mapping[str, str] = {
    "canvas": "#15171b",
    "panel": "#1b1e23",
    "raised": "#25292f",
    "line": "#353a43",
    "grid": "#2b2f37",
    "hover": "#2c3139",
    "selection": "#30375c",
    "focus": "#7d8bf2",
    "text": "#e7e9ed",
    "text_quiet": "#a3abb8",
    "text_disabled": "#666d79",
    "accent": "#95a1fa",
    "accent_hover": "#a9b3fc",
    "accent_pressed": "#8390ec",
    "accent_text": "#12152b",
    "good": "#56c596",
    "warn": "#e3ae4a",
    "bad": "#ff8678",
    "category.in_out": "#a2bbb0",
    "category.linear": "#24aaff",
    "category.convolution": "#fd5d2c",
    "category.pooling": "#ecac3e",
    "category.normalization": "#73ea9d",
    "category.activation": "#e16bc9",
    "category.regularization": "#f0baf9",
    "category.embedding": "#6661f5",
    "category.shape": "#b7feff",
    "category.operation": "#6f7271",
    "category.recurrent": "#e4f635",
    "category.attention": "#9c4ead",
    "category.distance": "#b65000",
    "category.block": "#07a46a",
    "plot.train": "#7fb0f5",
    "plot.test": "#f0a05a",
    "histogram": "#8290e8",
    "code.keyword": "#cf9bf2",
    "code.string": "#7fd0a2",
    "code.number": "#f0ae78",
    "code.comment": "#98a0ac",
    "code.name": "#8bbdf5",
}

PALETTES: Mapping[str, Mapping[str, str]] = {"light": LIGHT, "dark": DARK}
