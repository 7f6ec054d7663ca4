"""A person's own texts become tokens of a vocabulary that the choice keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from core.datasets import DataError, facts, load
from core.datasets.table_survey import survey
from core.datasets.text_reading import encoded, tokens_of
from core.datasets.texts import Corrections, choice_from
from core.shapes import infer
from core.storage import dumps, loads
from core.training.config import Choice, TrainingConfig
from core.training.events import Finished
from core.training.run import run_training
from tests.examples import chain
from tests.own_files import same_samples, told

GOOD, BAD = ("정말 좋은 영화, 좋아요!", "A good film", "good good"), ("재미 없는 영화", "A bad film.", "so bad, bad")
REVIEWS = "review\tlabel\n" + "".join(f"{GOOD[row % 3]}\tgood\n{BAD[row % 3]}\tbad\n" for row in range(10))


def written(folder: Path, content: str = REVIEWS, encoding: str = "utf-8") -> Path:
    path = folder / "reviews.tsv"
    path.write_text(content, encoding=encoding)
    return path


def chosen(folder: Path, **corrections: Any) -> Choice:
    return choice_from(survey(written(folder)), Corrections(**corrections), folder)


def test_words_and_signs_are_tokens() -> None:
    assert tokens_of("Don't stop, 영화!", "words") == ["don", "'", "t", "stop", ",", "영화", "!"]
    assert tokens_of("Ab 가", "characters") == ["A", "b", " ", "가"]
    # The same letter in two parts, as some systems write it.
    assert tokens_of("\u1100\u1161", "characters") == ["가"]


def test_short_texts_are_filled_up_and_long_ones_cut() -> None:
    rows = encoded(["b a", "a b a x", ""], ("", "?", "a", "b"), 3, "words")
    assert rows.tolist() == [[3, 2, 0], [2, 3, 2], [0, 0, 0]]
    assert encoded(["x"], ("", "?", "a"), 2, "words").tolist() == [[1, 0]]


@pytest.mark.parametrize("level", ["words", "characters"])
def test_texts_are_read(tmp_path: Path, level: str) -> None:
    choice = chosen(tmp_path, level=level)
    known, splits = facts(choice), load(choice, tmp_path)
    assert (known.kind, known.dtype, known.classes, known.target) == ("text", "int64", ("bad", "good"), "label")
    assert known.tokens[:2] == ("", "?")
    assert splits.train_inputs.shape == (known.train_size, *known.shape) == (16, known.shape[0])
    assert splits.train_inputs.dtype == torch.int64 and splits.test_targets.tolist().count(1) == 2
    between = " " if level == "words" else ""
    texts = {between.join(tokens_of(text, level)): label for label, part in ((1, GOOD), (0, BAD)) for text in part}
    for row, label in zip(splits.train_inputs, splits.train_targets, strict=True):
        assert texts[between.join(known.tokens[token] for token in row if token)] == label


def test_the_vocabulary_holds_the_most_frequent(tmp_path: Path) -> None:
    choice = chosen(tmp_path, tokens=4, length=2)
    assert facts(choice).tokens == ("", "?", "bad", "good") and facts(choice).shape == (2,)
    assert int(load(choice, tmp_path).train_inputs.max()) == 3


@pytest.mark.parametrize("encoding", ["cp949", "utf-8-sig", "utf-16"])
def test_korean_texts_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    choice = choice_from(survey(written(tmp_path, encoding=encoding)), folder=tmp_path)
    assert "영화" in facts(choice).tokens
    assert len(load(choice, tmp_path).test_inputs) == 4


def test_a_file_without_heads(tmp_path: Path) -> None:
    found = survey(written(tmp_path, REVIEWS.split("\n", 1)[1]), heads=False)
    choice = choice_from(found, folder=tmp_path)
    assert (choice.arguments["column"], facts(choice).target) == ("column 1", "column 2")
    assert facts(choice).train_size + facts(choice).test_size == 20


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("text\nonly one\nand two\n", "own_no_target"),
        ("text,label\na b,x\nb c,x\n", "own_no_target"),
        ("text,label\n", "own_no_rows"),
    ],
)
def test_bad_texts_are_one_sentence(tmp_path: Path, content: str, rule: str) -> None:
    with pytest.raises(DataError) as caught:
        choice_from(survey(written(tmp_path, content)), folder=tmp_path)
    assert told(caught.value).rule == rule


def test_a_label_that_is_new_is_named_by_its_row(tmp_path: Path) -> None:
    choice = chosen(tmp_path)
    written(tmp_path, REVIEWS + "so so\tfair\n")
    with pytest.raises(DataError) as caught:
        load(choice, tmp_path)
    assert (told(caught.value).rule, caught.value.values["row"]) == ("own_new_category", 22)


@pytest.mark.parametrize("corrections", [{}, {"level": "characters"}, {"length": 3, "tokens": 5}])
def test_the_printed_function_gives_the_same_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corrections: Mapping[str, Any]
) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path))
    same_samples(chosen(tmp_path, **corrections))


def test_a_network_learns_from_texts_and_its_file_keeps_them(tmp_path: Path) -> None:
    choice = chosen(tmp_path)
    size = {"num_embeddings": len(facts(choice).tokens), "embedding_dim": 4}
    nodes = (
        ("embedding", "Embedding", size),
        ("flatten", "Flatten", {}),
        ("logits", "LazyLinear", {"out_features": 2}),
    )
    layout = chain(*nodes, training=TrainingConfig(choice, epochs=1, batch_size=8))
    assert loads(dumps(layout)) == layout
    assert infer(layout).errors == ()
    assert isinstance(list(run_training(layout, device="cpu", folder=tmp_path))[-1], Finished)


@pytest.mark.parametrize("arguments", [{}, {"vocabulary": ("a",)}, {"length": 0}, {"level": "syllables"}])
def test_facts_of_a_choice_that_makes_no_sense_are_none(tmp_path: Path, arguments: dict[str, Any]) -> None:
    good = chosen(tmp_path).arguments if arguments else {}
    assert facts(Choice("texts", {**good, **arguments})).kind == "none"
