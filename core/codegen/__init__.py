"""A layout as Python source that a person would be glad to read. The code panel and the command line ask here.

What is printed runs by itself, with torch and without this program, and is laid out as `ruff format` lays it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.shapes import Inference

__all__ = ["model_code", "training_code"]


def model_code(inference: Inference, language: str = "en") -> str:
    """The network as a module of its own. ValueError if the layout has errors."""
    from core.codegen.model import module_source

    return module_source(inference, language)


def training_code(inference: Inference, language: str = "en") -> str:
    """The network, its data and its training as a script that prints the losses of `train`. ValueError as above.

    Without a data set there is nothing to train on: the network alone.
    """
    from core.codegen.script import script_source
    from core.datasets.facts import facts

    if facts(inference.layout.training.dataset).kind == "none":
        return model_code(inference, language)
    return script_source(inference, language)
