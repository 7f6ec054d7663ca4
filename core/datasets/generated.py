"""The data sets that are made from a seed: points in the plane, curves, sequences. The first samples train.

The functions that make them are in points.py, curves.py and sequences.py; a printed script contains the very same one.
"""

from __future__ import annotations

from importlib import import_module
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Literal

from core.datasets.source import LOAD_LABELS, LOAD_TARGETS, Arguments, DataCode, DatasetFacts, Source, split_sizes
from core.fields import Field

if TYPE_CHECKING:
    from core.datasets.load import Splits

SEED = Field("seed", "integer", default=0, minimum=0, maximum=2**32 - 1)
SAMPLES = Field("samples", "integer", default=2_000, minimum=20, maximum=100_000)


def _noise(default: float) -> Field:
    return Field("noise", "real", default=default, minimum=0, maximum=1)


def _length(default: int) -> Field:
    return Field("length", "integer", default=default, minimum=4, maximum=500)


def _function(module: str, name: str) -> Any:
    return getattr(import_module(f"core.datasets.{module}"), name)


def _load(module: str, known: DatasetFacts, arguments: Arguments) -> Splits:
    import torch

    from core.datasets.load import Splits

    inputs_N, targets_N = map(torch.from_numpy, _function(module, known.name)(**arguments))
    train = known.train_size
    return Splits(inputs_N[:train], targets_N[:train], inputs_N[train:], targets_N[train:], len(known.classes))


INPUTS = {"points": "points", "sequences": "sequences", "text": "names"}


def _code(module: str, known: DatasetFacts, arguments: Arguments) -> DataCode:
    import inspect

    from core.codegen.calls import keyword_items
    from core.codegen.printing import call, lines

    # The very function that the program calls, so that the samples are the same to the last bit.
    function = inspect.getsource(_function(module, known.name)).rstrip()
    train = known.train_size
    head, made = (
        (LOAD_LABELS, f"{INPUTS[known.kind]}, labels") if known.task == "classification" else (LOAD_TARGETS, "x, y")
    )
    body = [
        *lines(4, f"{made} = ", call(known.name, *keyword_items(arguments))),
        "    inputs, targets = {}, {}".format(*(f"torch.from_numpy({one})" for one in made.split(", "))),
        f"    return inputs[:{train}], targets[:{train}], inputs[{train}:], targets[{train}:]",
    ]
    return DataCode((), ("import numpy as np",), (), (function, "\n".join([head, *body])))


def _made(
    module: str,
    name: str,
    kind: Literal["points", "sequences", "text"],
    fields: tuple[Field, ...],
    classes: tuple[str, ...] = (),
    shape: tuple[int, ...] = (),
    dtype: str = "float32",
    features: tuple[str, ...] = (),
    target: str = "",
    tokens: tuple[str, ...] = (),
) -> Source:
    """A shape that is not given is the length that is asked for, with one value at each step."""

    def facts(arguments: Arguments) -> DatasetFacts:
        samples, length = arguments["samples"], arguments.get("length")
        assert isinstance(samples, int)
        return DatasetFacts(
            name,
            (length, 1) if isinstance(length, int) else shape,
            classes,
            *split_sizes(samples),
            kind,
            dtype=dtype,
            task="classification" if classes else "regression",
            target_shape=() if classes else (1,),
            features=features,
            target=target,
            tokens=tokens,
        )

    return Source(
        name,
        facts,
        load=lambda arguments, _: _load(module, facts(arguments), arguments),
        code=lambda arguments: _code(module, facts(arguments), arguments),
        fields=fields,
    )


def _points(name: str, noise: float, classes: int) -> Source:
    fields = (SAMPLES, _noise(noise), SEED)
    return _made("points", name, "points", fields, tuple(map(str, range(classes))), (2,), features=("x", "y"))


def _curve(name: str, noise: float, features: tuple[str, ...], target: str) -> Source:
    fields = (SAMPLES, _noise(noise), SEED)
    return _made("curves", name, "points", fields, shape=(len(features),), features=features, target=target)


_SEQUENCE = (SAMPLES, _length(24), _noise(0.1), SEED)
_LANDS = ("land 0", "land 1", "land 2")
_WAVES = ("sine", "square", "triangle", "sawtooth")

SOURCES = (
    _points("spiral", 0.05, 3),
    _points("moons", 0.1, 2),
    _points("circles", 0.05, 2),
    _points("xor", 0.05, 2),
    _points("blobs", 0.2, 4),
    _curve("line", 0.1, ("x",), "y"),
    _curve("sine", 0.1, ("x",), "y"),
    _curve("hills", 0.05, ("x", "y"), "height"),
    _made("sequences", "sine_pieces", "sequences", _SEQUENCE, target="next value"),
    _made("sequences", "waves", "sequences", (SAMPLES, _length(32), _noise(0.1), SEED), _WAVES),
    _made("sequences", "syllables", "text", (SAMPLES, SEED), _LANDS, (12,), "int64", tokens=("", *ascii_lowercase)),
)
