"""What a person chose and the window remembers from one start to the next. Nothing here is needed to open a layout."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from core.text import LANGUAGES
from gui.theme import CHOICES as APPEARANCES
from gui.theme.motion import system_reduces_motion
from gui.theme.scale import nearest

MOST_RECENT = 10
"""How many files the menu offers to open again."""
MOST_USED = 8
"""How many layers and commands count as used recently."""


class Settings:
    """Every value is checked when it is read: the file is a person's own and may say anything."""

    def __init__(self, file: Path | None = None) -> None:
        """Keep the choices in `file`, else where the platform keeps them."""
        ini, user = QSettings.Format.IniFormat, QSettings.Scope.UserScope
        self._store = QSettings(str(file), ini) if file is not None else QSettings(ini, user, "LayerLoom", "LayerLoom")
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
        self.folder = file.parent if file is not None else Path(place)
        """Where the program keeps what is not a person's own file, such as the copy for a crash."""

    @property
    def language(self) -> str:
        """`system`, `en` or `ko`."""
        return self._word("language", ("system", *LANGUAGES))

    @language.setter
    def language(self, choice: str) -> None:
        self._store.setValue("language", choice)

    @property
    def appearance(self) -> str:
        """`system`, `light` or `dark`."""
        return self._word("appearance", APPEARANCES)

    @appearance.setter
    def appearance(self, choice: str) -> None:
        self._store.setValue("appearance", choice)

    @property
    def minimap(self) -> bool:
        """Whether a small map of a large network is shown."""
        return self._flag("minimap", True)

    @minimap.setter
    def minimap(self, shown: bool) -> None:
        self._store.setValue("minimap", shown)

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing moves that need not. As the system has it, until a person says otherwise."""
        return self._flag("reduced_motion", system_reduces_motion())

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self._store.setValue("reduced_motion", reduced)

    @property
    def text_scale(self) -> float:
        """How large text is: 1 as designed, one of the steps of `gui.theme.scale`."""
        try:
            return nearest(float(str(self._store.value("text_scale", 1.0))))
        except ValueError:
            return 1.0

    @text_scale.setter
    def text_scale(self, scale: float) -> None:
        self._store.setValue("text_scale", scale)

    @property
    def device(self) -> str:
        """The device to train on as torch writes it, or `auto`."""
        value = self._store.value("device", "auto")
        return value if isinstance(value, str) and value else "auto"

    @device.setter
    def device(self, name: str) -> None:
        self._store.setValue("device", name)

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """The files that were opened or saved last, newest first."""
        return tuple(map(Path, self._names("recent_files")))[:MOST_RECENT]

    def add_recent_file(self, path: Path) -> None:
        path = path.absolute()
        others = [str(other) for other in self.recent_files if other != path]
        self._store.setValue("recent_files", [str(path), *others][:MOST_RECENT])

    def remove_recent_file(self, path: Path) -> None:
        self._store.setValue("recent_files", [str(other) for other in self.recent_files if other != path])

    def clear_recent_files(self) -> None:
        self._store.remove("recent_files")

    @property
    def recent_layers(self) -> tuple[str, ...]:
        """The layers and operations that were added last, newest first. They may be of another version."""
        return self._names("recent_layers")[:MOST_USED]

    def add_recent_layer(self, layer: str) -> None:
        self._add_name("recent_layers", layer, self.recent_layers)

    @property
    def recent_commands(self) -> tuple[str, ...]:
        """The commands that were chosen last in the command palette, newest first. They may be of another version."""
        return self._names("recent_commands")[:MOST_USED]

    def add_recent_command(self, name: str) -> None:
        self._add_name("recent_commands", name, self.recent_commands)

    def shape(self, name: str) -> QByteArray | None:
        """The kept size of the window or of a splitter; None before the first time."""
        value = self._store.value(f"shapes/{name}")
        return value if isinstance(value, QByteArray) else None

    def keep_shape(self, name: str, shape: QByteArray) -> None:
        self._store.setValue(f"shapes/{name}", shape)

    def write(self) -> None:
        """Put everything on the disk. A disk that takes nothing costs the settings, not the work: no error."""
        self._store.sync()

    def _names(self, key: str) -> tuple[str, ...]:
        value = self._store.value(key, [])
        # One entry comes back as a text, not as a list of one.
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(name for name in names if isinstance(name, str) and name)

    def _add_name(self, key: str, name: str, before: tuple[str, ...]) -> None:
        self._store.setValue(key, [name, *(other for other in before if other != name)][:MOST_USED])

    def _flag(self, key: str, standard: bool) -> bool:
        # An INI file gives its values back as text.
        return {"true": True, "false": False}.get(str(self._store.value(key, standard)).lower(), standard)

    def _word(self, key: str, words: tuple[str, ...]) -> str:
        value = self._store.value(key, words[0])
        return value if isinstance(value, str) and value in words else words[0]
