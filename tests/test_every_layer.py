"""Every class of torch.nn is on the canvas or on the list of those that are not, with the reason."""

from __future__ import annotations

import inspect

import pytest
from torch import nn

from core.catalogue import CATEGORIES, ENTRIES, NOT_OFFERED, OPERATIONS
from core.layers import specification
from core.text import sentences

CLASSES = {name: value for name, value in vars(nn).items() if inspect.isclass(value) and issubclass(value, nn.Module)}
LAYERS = [entry for entry in ENTRIES.values() if entry.name not in OPERATIONS and entry.category != "in_out"]


def test_every_class_of_torch_is_offered_or_listed_with_the_reason_why_not() -> None:
    assert sorted(CLASSES.keys() - ENTRIES.keys() - NOT_OFFERED.keys()) == []
    assert all(len(reason) > 10 for reason in NOT_OFFERED.values())


def test_nothing_is_listed_that_torch_does_not_have_or_that_is_offered() -> None:
    assert sorted(NOT_OFFERED.keys() - CLASSES.keys()) == []
    assert sorted(NOT_OFFERED.keys() & ENTRIES.keys()) == []
    assert sorted({entry.name for entry in LAYERS} - CLASSES.keys()) == []


def test_every_loss_of_torch_is_left_to_training() -> None:
    losses = {name for name, cls in CLASSES.items() if cls.__module__ == "torch.nn.modules.loss"}
    assert losses <= NOT_OFFERED.keys()
    assert all("loss" in NOT_OFFERED[name] or "deprecated" in NOT_OFFERED[name] for name in losses)


def test_every_lazy_class_and_no_other_is_marked_as_lazy() -> None:
    mixin = nn.modules.lazy.LazyModuleMixin
    assert {entry.name for entry in LAYERS if entry.lazy} == {
        name for name, cls in CLASSES.items() if issubclass(cls, mixin)
    }


def test_about_forty_essentials_come_first() -> None:
    essential = [entry.name for entry in ENTRIES.values() if entry.essential]
    assert 35 <= len(essential) <= 42
    assert {"Linear", "Conv2d", "LSTM", "MultiheadAttention", "Embedding", "Flatten", "ReLU"} <= set(essential)


def test_every_category_is_known_and_has_its_layers() -> None:
    assert {entry.category for entry in ENTRIES.values()} | {"block"} == set(CATEGORIES)


@pytest.mark.parametrize("name", [entry.name for entry in LAYERS])
def test_every_input_that_torch_names_is_one_of_its_forward(name: str) -> None:
    entry = ENTRIES[name]
    accepted = inspect.signature(CLASSES[name].forward).parameters
    assert set(entry.named) <= set(accepted)
    assert set(entry.optional) <= set(entry.input_names)
    assert set(entry.kinds) <= set(entry.input_names)


@pytest.mark.parametrize("name", [entry.name for entry in LAYERS])
def test_every_argument_of_torch_is_a_field_unless_it_is_no_plain_value(name: str) -> None:
    from core.curation import HIDDEN

    fields = {field.name for field in specification(name).fields}
    signature = inspect.signature(CLASSES[name].__init__).parameters
    wanted = {key for key in signature if key not in HIDDEN and not key.startswith("_")} - {"self"}
    assert wanted <= fields
    assert {argument for argument, _, _ in ENTRIES[name].decided} <= fields


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_layer_and_every_argument_has_words(language: str) -> None:
    known = sentences(language).keys()
    assert {f"layer.{entry.name}" for entry in LAYERS} <= known
    assert {field.text_key for entry in LAYERS for field in specification(entry.name).fields} <= known
