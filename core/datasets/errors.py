"""A data set that is not there, damaged or cannot be fetched is said in one sentence."""

from __future__ import annotations


class DataError(Exception):
    """The sentence is `data.<rule>`, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = values
