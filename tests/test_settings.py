"""What the window remembers, and what it makes of a settings file that says nonsense."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray

from gui.settings import MOST_RECENT, Settings


def test_choices_are_there_at_the_next_start(tmp_path: Path) -> None:
    first = Settings(tmp_path / "settings.ini")
    first.language, first.appearance, first.device = "ko", "dark", "cuda:0"
    first.keep_shape("window", QByteArray(b"\x01\x02"))
    first.write()
    second = Settings(tmp_path / "settings.ini")
    assert (second.language, second.appearance, second.device) == ("ko", "dark", "cuda:0")
    assert second.shape("window") == QByteArray(b"\x01\x02")


def test_at_first_the_system_decides(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    assert (settings.language, settings.appearance, settings.device) == ("system", "system", "auto")
    assert settings.recent_files == ()
    assert settings.shape("window") is None


def test_nonsense_in_the_file_counts_as_not_chosen(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    file.write_text(
        "[General]\nlanguage=klingon\nappearance=7\ndevice=\nrecent_files=@Invalid()\n[shapes]\nwindow=wide\n"
    )
    settings = Settings(file)
    assert (settings.language, settings.appearance, settings.device) == ("system", "system", "auto")
    assert settings.recent_files == ()
    assert settings.shape("window") is None


def test_recent_files_are_few_and_each_is_there_once_newest_first(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    paths = [tmp_path / f"{number}.json" for number in range(MOST_RECENT + 2)]
    for path in paths:
        settings.add_recent_file(path)
    settings.add_recent_file(paths[5])
    settings.write()
    kept = Settings(tmp_path / "settings.ini").recent_files
    assert len(kept) == MOST_RECENT
    assert kept[0] == paths[5]
    assert len(set(kept)) == len(kept)


def test_one_recent_file_survives_the_ini_file(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.add_recent_file(tmp_path / "only, one.json")
    settings.write()
    assert Settings(tmp_path / "settings.ini").recent_files == (tmp_path / "only, one.json",)
