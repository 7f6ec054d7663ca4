"""The words: both languages say the same things, every key in the code exists, and every sentence can be filled in."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalogue import CATEGORIES, ENTRIES
from core.commands.language import command_language
from core.text import LANGUAGES, Text, sentences
from tests.repository import REPOSITORY

ENGLISH, KOREAN = (sentences(language) for language in LANGUAGES)
SPEAKERS = frozenset({"say", "_say"})
"""What the functions that take a key are called."""
CARRIERS = {
    "LayoutFileError": (0, "file."),
    "FieldError": (0, "problem."),
    "DataError": (0, "data."),
    "RecordError": (0, "run."),
    "CheckpointError": (0, "run."),
    "ResumeError": (0, ""),
    "SettingError": (0, ""),
    "Why": (0, ""),
    "Mend": (0, "mend."),
    "Failed": (1, ""),
    "Notice": (0, ""),
    "Noticed": (0, ""),
    "Problem": (1, "problem."),
    "apply": (0, ""),
    "failure": (1, "training_failure."),
}
"""Values that carry the end of a key: which argument it is, and what stands before it."""
PARTICLE = re.compile(r"\}[`'\"]?(은|는|이|가|을|를|과|와|로|으로)(?![가-힣])")


def placeholders(sentence: str) -> set[str]:
    """The names that a sentence wants, also those inside a format."""
    found = set()
    for _, name, spec, _ in string.Formatter().parse(sentence):
        if name is not None:
            found |= {name, *placeholders(spec or "")}
    return found


def sources() -> Iterator[Path]:
    yield REPOSITORY / "main.py"
    for package in ("core", "gui"):
        yield from sorted((REPOSITORY / package).rglob("*.py"))


def used_keys() -> Iterator[tuple[str, str, bool]]:
    """Where, which key, and whether it is only the beginning of one: from every call that takes a key."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            place, before = (0, "") if name in SPEAKERS else CARRIERS.get(name, (None, ""))
            if place is None or len(node.args) <= place:
                continue
            where = f"{path.relative_to(REPOSITORY)}:{node.lineno}"
            for key, whole in literal_keys(node.args[place]):
                # A refused connection and a failed training are problems too, with sentences of their own.
                own = name == "Problem" and key.startswith(("connection.", "training_failure.", "data.", "device."))
                full = key if own else before + key
                if "." in full:
                    yield where, full, whole


def literal_keys(argument: ast.expr) -> Iterator[tuple[str, bool]]:
    """The texts an argument can be, as far as the code spells them out, and whether they are complete."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value, True
    elif isinstance(argument, ast.IfExp):
        yield from literal_keys(argument.body)
        yield from literal_keys(argument.orelse)
    elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        yield str(argument.values[0].value), False


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert sorted(ENGLISH) == sorted(KOREAN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_and_all_are_text(language: str) -> None:
    assert [key for key, sentence in sentences(language).items() if not isinstance(sentence, str)] == []
    assert [key for key, sentence in sentences(language).items() if not sentence.strip()] == []


def test_both_languages_have_the_same_placeholders() -> None:
    different = [key for key in ENGLISH if placeholders(ENGLISH[key]) != placeholders(KOREAN[key])]
    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_filled_in(language: str) -> None:
    say = Text(language)
    for key, sentence in sentences(language).items():
        filled = say(key, **dict.fromkeys(placeholders(sentence), 1))
        assert "{" not in filled or "{ " in filled, key


def test_every_key_in_the_code_exists() -> None:
    found = list(used_keys())
    assert len(found) > 100
    lost = [
        f"{where}: {key}"
        for where, key, whole in found
        if key not in ENGLISH and (whole or not any(known.startswith(key) for known in ENGLISH))
    ]
    assert lost == []


def test_every_rule_has_a_sentence_and_a_short_form() -> None:
    rules = {key for key in ENGLISH if key.startswith("problem.") and not key.endswith("_short")}
    assert [rule for rule in sorted(rules) if f"{rule}_short" not in ENGLISH] == []


def test_every_layer_and_category_has_words() -> None:
    wanted = {*(f"layer.{name}" for name in ENTRIES), *(f"category.{name}" for name in CATEGORIES)}
    assert wanted <= set(ENGLISH)


def test_korean_particles_follow_the_word_before_them() -> None:
    doubled = ("(은)", "(는)", "(이)", "(가)", "(을)", "(를)", "(와)", "(과)", "(으)")
    assert [key for key, sentence in KOREAN.items() if any(form in sentence for form in doubled)] == []
    assert [key for key, sentence in KOREAN.items() if PARTICLE.search(sentence)] == []


@pytest.mark.parametrize(
    ("sentence", "word", "filled"),
    [
        ("{x:을를}", "Linear", "Linear를"),
        ("{x:을를}", "lr", "lr을"),
        ("{x:은는}", "Embedding", "Embedding은"),
        ("{x:을를}", "Conv2d", "Conv2d를"),
        ("{x:은는}", "값", "값은"),
        ("{x:으로}", "서울", "서울로"),
        ("{x:이가}", 3, "3이"),
        ("{x:이가}", 1_000, "1,000이"),
        ("{x:은는}", ("N", 28, 10), "N × 28 × 10은"),
    ],
)
def test_a_particle_fits_its_word(sentence: str, word: object, filled: str) -> None:
    from core.text import _FORMATTER

    assert _FORMATTER.vformat(sentence, (), {"x": word}) == filled


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko"}, "ko"),
        ({"LANG": "de_DE", "LAYERLOOM_LANGUAGE": "ko"}, "ko"),
        ({"LANG": "ko_KR", "LAYERLOOM_LANGUAGE": "en"}, "en"),
        ({"LANG": "kok_IN"}, "en"),
        ({"LANG": "", "LC_MESSAGES": "ko-KR"}, "ko"),
    ],
)
def test_the_command_line_speaks_the_terminals_language(settings: dict[str, str], language: str) -> None:
    assert command_language(settings) == language
