"""What torch throws in the middle of training, as a rule and its values. A learner never sees a traceback."""

from __future__ import annotations

from core.datasets.errors import DataError
from core.training.events import Failed

# How torch says on each device that memory ran out; on the accelerators also as torch.OutOfMemoryError.
_OUT_OF_MEMORY = ("not enough memory", "can't allocate memory", "out of memory", "Cannot allocate memory")
LONGEST_MESSAGE = 200
MEMORY = "training_failure.memory"


def out_of_memory(error: BaseException) -> bool:
    import torch

    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _OUT_OF_MEMORY)


def failure(error: Exception, rule: str, node: str | None = None, **values: object) -> Failed:
    """The failure that an exception means: out of memory, or else `training_failure.<rule>` with torch's first line."""
    if isinstance(error, DataError):
        return Failed(None, f"data.{error.rule}", error.values)
    values = {"node": node, **values} if node is not None else values
    if out_of_memory(error):
        return Failed(node, MEMORY, values)
    lines = str(error).strip().splitlines()
    message = lines[0][:LONGEST_MESSAGE] if lines else type(error).__name__
    return Failed(node, f"training_failure.{rule}", {**values, "message": message})
