"""A person's own texts with labels as a data set: two columns of a table, one with texts, one with their classes.

What was found when the file was chosen is in the choice, the vocabulary too: facts need no file. `choice_from` takes
the survey of a table (table_survey.py), for a table of texts is a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets import found
from core.datasets import splitting_choice as splitting
from core.datasets.errors import DataError
from core.datasets.own import kept, placed
from core.datasets.source import Arguments, DatasetFacts, Source
from core.datasets.table_files import Format, read, row_of
from core.datasets.table_survey import TARGETS, Survey, in_order
from core.training.config import Choice
from core.values import Value

if TYPE_CHECKING:
    from core.datasets.load import Splits
    from core.datasets.source import DataCode

# N texts, L tokens

NAME = "texts"
LEVELS = ("words", "characters")
SPECIAL = ("", "?")
"""Token 0 fills up what is short; 1 stands for what is not in the vocabulary."""
MOST_TOKENS = 9_000
MOST_CLASSES = 1_000
LONGEST = 2_000
COVERED = 0.95
"""Of the texts, which the guessed length takes whole."""
FOUND = ("file", "read_as", "column", "target", "level", "length", "vocabulary", "classes", "counts", "rows")


@dataclass(frozen=True)
class Corrections:
    column: str = ""
    """Of the texts; without it the one with the longest."""
    target: str = ""
    """Of the classes."""
    level: str = "words"
    length: int = 0
    """Tokens of each text; 0 takes most texts whole."""
    tokens: int = 5_000
    """The most of the vocabulary: the most frequent ones."""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    """Of the form: test_share, seed …"""


AS_GUESSED = Corrections()


@dataclass(frozen=True)
class Chosen:
    how: Format
    column: str
    target: str
    level: str
    length: int
    vocabulary: tuple[str, ...]
    classes: tuple[str, ...]
    rows: int


def choice_from(found: Survey, corrections: Corrections = AS_GUESSED, folder: Path | None = None) -> Choice:
    """`folder` is the data folder. DataError says what does not fit."""
    from core.datasets.text_reading import tokens_of

    file, level = str(found.file), corrections.level
    column = corrections.column or _longest(found)
    others = [one.name for one in found.columns if one.name != column and one.different > 1]
    if not others and not corrections.target:
        raise DataError("own_no_target", file=file)
    likely = [name for name in others if TARGETS.fullmatch(name)]
    fewest = sorted(others, key=lambda name: found.column(name).different)
    target = corrections.target or [*likely, *fewest][0]
    found.column(column), found.column(target)
    rows = found.table[[column, target]].dropna()
    counted = rows[target].value_counts().to_dict()
    classes = in_order(counted)
    if len(rows) < 2:
        raise DataError("own_few_rows", file=file, rows=len(rows))
    if len(classes) < 2:
        raise DataError("own_one_class", file=file, received=classes[0])
    if len(classes) > MOST_CLASSES:
        raise DataError("own_many_classes", file=file, column=target, classes=len(classes), most=MOST_CLASSES)
    texts = [tokens_of(text, level) for text in rows[column]]
    counts = Counter(token for text in texts for token in text)
    # Of two that are as frequent the alphabet decides: the same file gives the same vocabulary.
    frequent = sorted(counts, key=lambda token: (-counts[token], token))
    most = min(corrections.tokens, MOST_TOKENS) - len(SPECIAL)
    lengths = sorted(map(len, texts))
    guessed = lengths[min(int(len(lengths) * COVERED), len(lengths) - 1)]
    arguments: dict[str, Value] = {
        **corrections.arguments,
        "file": kept(found.file, folder),
        "read_as": (found.how.kind, found.how.encoding, found.how.separator, found.how.heads),
        "column": column,
        "target": target,
        "level": level,
        "length": min(max(corrections.length or guessed, 1), LONGEST),
        "vocabulary": (*SPECIAL, *[token for token in frequent if token not in SPECIAL][:most]),
        "classes": tuple(classes),
        "counts": tuple(int(counted[name]) for name in classes),
        "rows": len(rows),
    }
    return Choice(NAME, arguments)


def _longest(found: Survey) -> str:
    def length(name: str) -> float:
        return float(found.table[name].dropna().str.len().mean() or 0)

    return max((one.name for one in found.columns if one.different), key=length, default=found.columns[0].name)


def chosen(arguments: Arguments) -> Chosen | None:
    """None if no file is chosen, or the choice does not hold together."""
    how, level = arguments["read_as"], found.text(arguments["level"])
    column, target = found.text(arguments["column"]), found.text(arguments["target"])
    length, rows = found.whole(arguments["length"], 1, LONGEST), found.whole(arguments["rows"], 2)
    vocabulary, classes = found.names(arguments["vocabulary"]), found.names(arguments["classes"])
    if not isinstance(how, tuple) or len(how) != 4 or found.texts(how[:3]) is None or not isinstance(how[3], bool):
        return None
    if level not in LEVELS or column is None or target is None or length is None or rows is None:
        return None
    if vocabulary is None or vocabulary[:2] != SPECIAL or classes is None or len(classes) < 2:
        return None
    kind, encoding, separator, heads = how
    form = Format(str(kind), str(encoding), str(separator), bool(heads))
    return Chosen(form, column, target, str(level), length, vocabulary, classes, rows)


def _facts(arguments: Arguments) -> DatasetFacts:
    known = chosen(arguments)
    if known is None:
        return DatasetFacts(NAME, (), (), 0, 0, "none")
    sizes = splitting.sizes(arguments, known.rows)
    return DatasetFacts(
        NAME, (known.length,), known.classes, *sizes, "text", "int64", target=known.target, tokens=known.vocabulary
    )


def _load(arguments: Arguments, folder: Path) -> Splits:
    import torch

    from core.datasets.load import Splits
    from core.datasets.text_reading import encoded

    file, known = placed(arguments["file"], folder, NAME), chosen(arguments)
    if known is None:
        raise DataError("own_changed", file=str(file))
    table = read(file, known.how)
    for name in (known.column, known.target):
        if name not in table.columns:
            raise DataError("own_no_column", file=str(file), column=name)
    rows = table.dropna(subset=[known.column, known.target])
    wrong = rows.index[~rows[known.target].isin(known.classes)]
    if len(wrong):
        values = {"row": row_of(int(wrong[0]), known.how), "column": known.target}
        raise DataError("own_new_category", file=str(file), received=rows[known.target][wrong[0]], **values)
    numbers = {name: place for place, name in enumerate(known.classes)}
    targets = torch.tensor([numbers[name] for name in rows[known.target]], dtype=torch.int64)
    train, test = splitting.split(arguments, file, targets.numpy(), True, None)
    inputs = torch.from_numpy(encoded(rows[known.column].tolist(), known.vocabulary, known.length, known.level))
    return Splits(inputs[train], targets[train], inputs[test], targets[test], len(known.classes))


def _code(arguments: Arguments) -> DataCode:
    from core.codegen.own_texts import texts_code

    return texts_code(arguments)


SOURCES = (Source(NAME, _facts, _load, _code, splitting.FIELDS, FOUND),)
