"""The house: imports go one way, the core knows no Qt, views do not know each other, and nothing slow comes first."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.repository import REPOSITORY

SLOW = ("torch", "torchvision", "sklearn", "networkx", "pyqtgraph", "numpy", "scipy")
"""Imported only when a question needs them: the window paints first."""
QT = ("PySide6", "shiboken6", "PyQt5", "PyQt6")


def modules(package: str) -> list[str]:
    """The dotted names of a package's modules."""
    found = []
    for path in sorted((REPOSITORY / package).rglob("*.py")):
        parts = path.relative_to(REPOSITORY).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def path_of(module: str) -> Path:
    path = REPOSITORY / Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


@cache
def imported(module: str) -> frozenset[str]:
    """Every module that this one imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module is not None
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def top(module: str) -> str:
    return module.split(".")[0]


def loaded_after(statement: str) -> set[str]:
    """The top-level packages that a new interpreter holds after a statement."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", modules("core"))
def test_the_core_knows_neither_qt_nor_the_window(module: str) -> None:
    tops = {top(name) for name in imported(module)}
    assert not tops & {*QT, "pyqtgraph", "gui", "main", "tests"}


def test_no_module_of_the_core_loads_qt() -> None:
    statement = "\n".join(f"import {module}" for module in modules("core"))
    assert not loaded_after(statement) & {*QT, "pyqtgraph", "gui"}


@pytest.mark.parametrize("module", modules("gui"))
def test_the_window_does_not_know_who_opens_it(module: str) -> None:
    assert not {top(name) for name in imported(module)} & {"main", "tests"}


@cache
def view_modules() -> dict[str, str]:
    """The modules that define a panel or the canvas, with the name of that view."""
    found = {}
    for module in modules("gui"):
        for node in parsed(module).body:
            if isinstance(node, ast.ClassDef) and (node.name.endswith("Panel") or node.name == "CanvasView"):
                found[module] = node.name
    return found


@pytest.mark.parametrize("module", view_modules())
def test_a_view_does_not_import_another(module: str) -> None:
    others = {name for name in view_modules() if name != module}
    assert not others & imported(module)


def test_there_are_views_to_look_at() -> None:
    assert {"CanvasView", "PalettePanel", "InspectorPanel", "TrainingPanel"} <= set(view_modules().values())


@pytest.mark.parametrize("module", [name for name in modules("gui") if name.startswith("gui.canvas")])
def test_the_canvas_and_the_panels_do_not_know_each_other(module: str) -> None:
    assert not any(name.startswith("gui.panels") for name in imported(module))


@pytest.mark.parametrize("module", [name for name in modules("gui") if name.startswith("gui.panels")])
def test_the_panels_do_not_know_the_canvas(module: str) -> None:
    assert not any(name.startswith("gui.canvas") for name in imported(module))


def test_the_window_is_imported_without_anything_slow() -> None:
    assert not loaded_after("import gui.application, gui.main_window") & set(SLOW)


def test_help_is_given_without_anything_slow() -> None:
    statement = """
import contextlib, io, main
for arguments in (["--help"], ["--version"], ["train", "--help"], ["check", "--help"], ["code", "--help"]):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main.main(arguments)
"""
    assert not loaded_after(statement) & {*SLOW, *QT}


def test_commands_need_no_qt() -> None:
    statement = """
import contextlib, io, main
with contextlib.redirect_stdout(io.StringIO()):
    assert main.main(["check", "layouts/digits_mlp.json"]) == main.main(["code", "layouts/digits_mlp.json"]) == 0
"""
    assert not loaded_after(statement) & set(QT)


@pytest.mark.parametrize("module", ["main", *modules("core"), *modules("gui")])
def test_a_module_opens_with_what_it_knows(module: str) -> None:
    source = path_of(module).read_text(encoding="utf-8")
    assert not source.strip() or ast.get_docstring(parsed(module))
