"""Whether a window can open here. Asked before Qt, which would end the process without a word that helps."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path


def missing_screen(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> tuple[str, str] | None:
    """None if a window can open; else a text key and what is missing. Only Linux and BSD can be without a screen."""
    if platform in ("win32", "darwin", "cygwin"):
        return None
    asked = environment.get("QT_QPA_PLATFORM", "")
    chosen = asked.split(";") if asked else ["wayland", "xcb"]
    problems = [_problem(name.split(":")[0], environment) for name in chosen]
    found = [problem for problem in problems if problem is not None]
    if len(found) < len(problems):
        return None
    # A library that is missing can be installed: that helps more than to hear of no screen.
    return next((problem for problem in found if problem[0] == "start.missing_library"), found[-1])


def _problem(name: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    if name == "xcb":
        return _x_server(environment)
    if name.startswith("wayland"):
        return None if _wayland(environment) else ("start.no_screen", "")
    # offscreen, vnc, linuxfb …: someone who names one knows why.
    return None


def _wayland(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY")
    if not name:
        return False
    path = Path(environment.get("XDG_RUNTIME_DIR", "/nonexistent")) / name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(path))
    except OSError:
        return False
    return True


def _x_server(environment: Mapping[str, str]) -> tuple[str, str] | None:
    display = environment.get("DISPLAY")
    if not display:
        return "start.no_screen", ""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return "start.missing_library", "libxcb.so.1"
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    if failed:
        return "start.no_screen", ""
    library = _missing_library()
    return ("start.missing_library", library) if library else None


def _missing_library() -> str:
    """The library that keeps Qt's plugin for X from loading, such as `libxcb-cursor.so.0`; empty if none does."""
    from PySide6.QtCore import QLibraryInfo

    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / "libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        # "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
        return str(error).split(":")[0]
    return ""
