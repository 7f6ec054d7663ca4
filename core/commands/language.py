"""In which language the command line speaks: what LAYERLOOM_LANGUAGE says, else what the terminal is set to."""

from __future__ import annotations

from collections.abc import Mapping

from core.text import LANGUAGES

VARIABLES = ("LAYERLOOM_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set decides, as it does for every program of a terminal."""


def command_language(environment: Mapping[str, str]) -> str:
    """`ko` for `ko`, `ko_KR.UTF-8` and the like, else `en`."""
    setting = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    language = setting.lower().replace("-", "_").split("_")[0].split(".")[0]
    return language if language in LANGUAGES else "en"
