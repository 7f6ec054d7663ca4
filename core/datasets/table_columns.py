"""Columns of a table as numbers for a network. A printed script contains these very functions.

What fills gaps and what scales is found in the rows that train, never in those that test.
N rows; `values` are texts, or missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def plain(values: pd.Series) -> pd.Series:
    """1,234 as 1234."""
    if not values.str.contains(",", na=False).any():
        return values
    return values.str.replace(r"(?<=\d),(?=\d{3}(?:\D|$))", "", regex=True)


def as_numbers(values: pd.Series) -> np.ndarray:
    """(N,), a gap as nan."""
    return pd.to_numeric(plain(values)).to_numpy("float64")


def as_days(values: pd.Series, form: str) -> np.ndarray:
    """(N,), days since 1970, a gap as nan."""
    since = pd.to_datetime(values, format=form) - pd.Timestamp(0)
    return (since / pd.Timedelta(days=1)).to_numpy("float64")


def column(
    numbers: np.ndarray,
    train: np.ndarray,
    missing: str,
    scaling: str,
) -> np.ndarray:
    """A column (N, 1) without gaps, scaled."""
    known = numbers[train][~np.isnan(numbers[train])]
    fill = 0.0
    if len(known) and missing == "mean":
        fill = known.mean()
    elif len(known) and missing == "median":
        fill = np.median(known)
    elif len(known) and missing == "frequent":
        different, counts = np.unique(known, return_counts=True)
        fill = different[counts.argmax()]
    numbers = np.where(np.isnan(numbers), fill, numbers)
    shift, width = 0.0, 1.0
    if scaling == "standardize":
        shift, width = numbers[train].mean(), numbers[train].std()
    elif scaling == "range":
        shift, width = numbers[train].min(), np.ptp(numbers[train])
    # A column that never differs becomes 0.
    return ((numbers - shift) / (width or 1.0))[:, None]


def one_hot(
    values: pd.Series,
    train: np.ndarray,
    missing: str,
    known: tuple[str, ...],
) -> np.ndarray:
    """A column for each known category (N, C), and one for gaps if they are `own`."""
    if missing == "frequent":
        often = values.iloc[train].mode()
        values = values.fillna(often.iloc[0]) if len(often) else values
    columns = [(values == one).to_numpy("float64") for one in known]
    if missing == "own":
        columns.append(values.isna().to_numpy("float64"))
    return np.stack(columns, axis=1)
