"""Which of several processes this one is, as torch's launcher says it in the environment. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GIVEN = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
"""What every launcher of torch's sets."""


@dataclass(frozen=True)
class Place:
    """Which of the processes this one is."""

    rank: int
    count: int
    local_rank: int
    """Among those of its machine."""
    local_count: int
    node: str
    """The machine's number."""


def place(environment: Mapping[str, str]) -> Place | None:
    """None without a launcher. ValueError with the name of a variable that is no number."""
    if not all(name in environment for name in GIVEN):
        return None

    def number(name: str, default: str) -> int:
        text = environment.get(name, default)
        if not (text.isascii() and text.isdigit()):
            raise ValueError(name)
        return int(text)

    rank, count = number("RANK", "0"), number("WORLD_SIZE", "1")
    local = number("LOCAL_RANK", str(rank))
    return Place(rank, count, local, number("LOCAL_WORLD_SIZE", str(count)), environment.get("GROUP_RANK", "0"))
