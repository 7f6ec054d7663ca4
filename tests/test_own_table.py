"""A person's own table, read as pandas and numpy read it by hand; whatever is wrong with it is one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from core.datasets import DataError, facts, load
from core.datasets.table_choice import Corrections, choice_from
from core.datasets.table_survey import survey
from core.storage import dumps, loads
from core.training.config import Choice, TrainingConfig
from tests.examples import chain
from tests.own_files import same_samples, told

PEOPLE = "name,age,sex,born,city,income\n" + "".join(
    f"person {row},{20 + row % 30},{'fm'[row % 2]},19{50 + row}-03-0{1 + row % 9},{'서울 부산 대구'.split()[row % 3]},"
    f"{1000 + 17 * row}.5\n"
    for row in range(40)
)
FLOWERS = "id,length,width,species\n" + "".join(
    f"{row + 1},{4 + row * 0.1:.1f},{3 - row * 0.05:.2f},{['a', 'b', 'c'][row % 3]}\n" for row in range(30)
)


def written(folder: Path, content: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(content, encoding=encoding)
    return path


def kinds(path: Path) -> dict[str, str]:
    return {column.name: column.kind for column in survey(path).columns}


def refused(path: Path, corrections: Corrections = Corrections()) -> DataError:  # noqa: B008
    with pytest.raises(DataError) as caught:
        choice_from(survey(path), corrections)
    return told(caught.value)


def test_kinds_target_and_task_are_guessed(tmp_path: Path) -> None:
    people = survey(written(tmp_path, PEOPLE))
    assert kinds(people.file) == {
        "name": "text", "age": "number", "sex": "category", "born": "date", "city": "category", "income": "number",
    }  # fmt: skip
    assert (people.rows, people.target, people.task("income")) == (40, "income", "regression")
    assert people.task("sex") == "classification"
    assert people.column("sex").examples == ("f", "m")
    flowers = survey(written(tmp_path, FLOWERS, "flowers.csv"))
    assert (kinds(flowers.file)["id"], flowers.target) == ("ignore", "species")
    assert flowers.counts("species") == {"a": 10, "b": 10, "c": 10}


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1] * 10, "classification"),
        ([1, 2, 3, 4, 5] * 4, "classification"),
        ([0.5, 1.5] * 10, "regression"),
        (range(20), "regression"),
        (["yes", "no"] * 10, "classification"),
        (["1,200", "3,400"] * 10, "classification"),
    ],
)
def test_few_whole_numbers_are_classes(tmp_path: Path, values: list[object], task: str) -> None:
    path = tmp_path / "t.csv"
    pd.DataFrame({"x": np.arange(20) * 0.5, "what": values}).to_csv(path, index=False)
    assert survey(path).task("what") == task


def test_a_classification_is_what_it_would_be_by_hand(tmp_path: Path) -> None:
    choice = choice_from(survey(written(tmp_path, FLOWERS)), folder=tmp_path)
    known, splits = facts(choice), load(choice, tmp_path)
    assert (known.kind, known.task, known.shape, known.features) == (
        "table",
        "classification",
        (2,),
        ("length", "width"),
    )
    assert (known.classes, known.target) == (("a", "b", "c"), "species")
    assert (len(splits.train_targets), len(splits.test_targets)) == (known.train_size, known.test_size) == (24, 6)
    assert splits.test_targets.bincount().tolist() == [2, 2, 2]
    assert splits.train_inputs.dtype == torch.float32 and splits.train_targets.dtype == torch.int64
    table = pd.read_csv(tmp_path / "table.csv")
    by_hand = table[["length", "width"]].to_numpy()
    train = splits_rows(splits, table)
    wanted = (by_hand - by_hand[train].mean(0)) / by_hand[train].std(0)
    assert np.allclose(splits.train_inputs, wanted[train], atol=1e-6)
    assert abs(float(splits.train_inputs.mean())) < 1e-6


def splits_rows(splits: Any, table: pd.DataFrame) -> np.ndarray:
    """Which rows of the flowers train: their lengths grow, as the scaled ones do."""
    both = torch.cat([splits.train_inputs[:, 0], splits.test_inputs[:, 0]]).numpy()
    return np.argsort(np.argsort(both))[: len(splits.train_inputs)]


def test_a_regression_has_columns_of_every_kind(tmp_path: Path) -> None:
    corrections = Corrections(arguments={"scaling": "none", "standardize_target": False, "seed": 5})
    choice = choice_from(survey(written(tmp_path, PEOPLE)), corrections, tmp_path)
    known, splits = facts(choice), load(choice, tmp_path)
    names = ("age", "sex = f", "sex = m", "born", "city = 대구", "city = 부산", "city = 서울")
    assert (known.features, known.task, known.target_shape, known.classes) == (names, "regression", (1,), ())
    table = pd.read_csv(tmp_path / "table.csv", parse_dates=["born"])
    inputs, targets = (
        torch.cat([splits.train_inputs, splits.test_inputs]),
        torch.cat([splits.train_targets, splits.test_targets]),
    )
    rows = ((targets[:, 0] - 1000.5) / 17).round().long().numpy()
    assert sorted(rows) == list(range(40))
    table = table.iloc[rows]
    assert np.array_equal(targets[:, 0], table["income"].to_numpy("float32"))
    assert np.array_equal(inputs[:, 0], table["age"].to_numpy("float32"))
    days = (table["born"] - pd.Timestamp("1970-01-01")).dt.days
    assert np.array_equal(inputs[:, 3], days.to_numpy("float32"))
    assert np.array_equal(inputs[:, 1:3], pd.get_dummies(table["sex"]).to_numpy("float32"))
    assert np.array_equal(inputs[:, 4:], pd.get_dummies(table["city"]).to_numpy("float32"))


def gaps(folder: Path, missing: str, kind: str = "number", scaling: str = "none") -> tuple[Choice, Any]:
    rows = ["1", "", "2", "2", "", "9", "4", "2"] if kind == "number" else ["a", "", "b", "b", "", "b", "a", "b"]
    content = "x,part,y\n" + "".join(
        f"{one},{'test' if row in (5, 6) else 'train'},{row % 2}\n" for row, one in enumerate(rows)
    )
    corrections = Corrections(
        target="y", kinds={"x": kind}, missing={"x": missing}, split_column="part", test_values=("test",),
        arguments={"scaling": scaling},
    )  # type: ignore[arg-type]  # fmt: skip
    choice = choice_from(survey(written(folder, content)), corrections, folder)
    return choice, load(choice, folder)


@pytest.mark.parametrize(("missing", "fill"), [("mean", 1.75), ("median", 2.0), ("frequent", 2.0)])
def test_gaps_are_filled_by_the_training_part_alone(tmp_path: Path, missing: str, fill: float) -> None:
    choice, splits = gaps(tmp_path, missing)
    assert splits.train_inputs[:, 0].tolist() == [1.0, fill, 2.0, 2.0, fill, 2.0]
    assert splits.test_inputs[:, 0].tolist() == [9.0, 4.0]
    assert (facts(choice).train_size, facts(choice).test_size) == (6, 2)


def test_rows_with_gaps_can_be_left_out(tmp_path: Path) -> None:
    choice, splits = gaps(tmp_path, "drop")
    assert splits.train_inputs[:, 0].tolist() == [1.0, 2.0, 2.0, 2.0]
    assert (facts(choice).train_size, facts(choice).test_size) == (4, 2)


def test_gaps_can_be_a_category_of_their_own(tmp_path: Path) -> None:
    choice, splits = gaps(tmp_path, "own", "category")
    assert facts(choice).features == ("x = a", "x = b", "x = ?")
    assert splits.train_inputs.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]
    _, splits = gaps(tmp_path, "frequent", "category")
    assert splits.train_inputs.tolist() == [[1, 0], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1]]


def test_a_range_is_of_the_training_part(tmp_path: Path) -> None:
    _, splits = gaps(tmp_path, "median", scaling="range")
    assert splits.train_inputs[:, 0].tolist() == [0.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert splits.test_inputs[:, 0].tolist() == [8.0, 3.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_korean_tables_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    content = "길이,넓이,종\n" + "".join(
        f"{row},{row * row},{'고양이' if row % 2 else '강아지'}\n" for row in range(20)
    )
    choice = choice_from(survey(written(tmp_path, content, encoding=encoding)), folder=tmp_path)
    assert facts(choice).classes == ("강아지", "고양이") and facts(choice).features == ("길이", "넓이")
    assert load(choice, tmp_path).train_inputs.shape == (16, 2)


@pytest.mark.parametrize(("separator", "name"), [("\t", "t.tsv"), (";", "t.csv"), ("|", "t.txt")])
def test_other_separators_are_found(tmp_path: Path, separator: str, name: str) -> None:
    assert list(kinds(written(tmp_path, FLOWERS.replace(",", separator), name))) == ["id", "length", "width", "species"]


@pytest.mark.parametrize("name", ["t.xlsx", "t.parquet"])
def test_excel_and_parquet_give_the_samples_of_the_csv(tmp_path: Path, name: str) -> None:
    pytest.importorskip("openpyxl" if name.endswith("xlsx") else "pyarrow")
    table = pd.read_csv(written(tmp_path, PEOPLE))
    table.loc[3, "age"] = np.nan
    table.to_csv(tmp_path / "table.csv", index=False)
    table.to_excel(tmp_path / name, index=False) if name.endswith("xlsx") else table.to_parquet(tmp_path / name)
    splits = [load(choice_from(survey(tmp_path / one), folder=tmp_path), tmp_path) for one in ("table.csv", name)]
    assert torch.equal(splits[0].train_inputs, splits[1].train_inputs)
    assert torch.equal(splits[0].test_targets, splits[1].test_targets)


def test_a_table_without_heads_has_numbered_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "".join(f"{row * 0.5},{row * 2.5},{row % 2}\n" for row in range(20)))
    choice = choice_from(survey(path), folder=tmp_path)
    assert (facts(choice).features, facts(choice).target) == (("column 1", "column 2"), "column 3")
    assert len(load(choice, tmp_path).train_inputs) == 16


BAD = {
    "own_no_rows": "a,b\n",
    "own_ragged": "a,b\n1,2\n1,2,3\n",
    "own_no_table": 'a,b\n1,2\n"3,4\n',
    "own_doubled": "a,b,a\n1,2,3\n",
    "own_one_class": "x,species\n1,a\n2,a\n3,a\n",
    "own_no_features": "name,species\n" + "".join(f"some {row},{'ab'[row % 2]}\n" for row in range(9)),
    "own_few_rows": "x,species\n1,a\n2,\n3,\n",
    "own_no_target": "x,y\n1,1\n1,1\n",
}


@pytest.mark.parametrize("rule", BAD)
def test_a_bad_table_is_one_sentence(tmp_path: Path, rule: str) -> None:
    corrections = Corrections(target="species") if "species" in BAD[rule] else Corrections()
    error = refused(written(tmp_path, BAD[rule]), corrections)
    assert error.rule == rule and error.values["file"] == str(tmp_path / "table.csv")


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "")).rule == "own_no_rows"


def test_a_text_in_a_number_column_is_named_by_its_row(tmp_path: Path) -> None:
    path = written(tmp_path, FLOWERS.replace("4.7", "long"))
    error = refused(path, Corrections(kinds={"length": "number"}))
    assert (error.rule, error.values["row"], error.values["column"], error.values["received"]) == (
        "own_not_number", 9, "length", "long",
    )  # fmt: skip
    assert (
        refused(path, Corrections(kinds={"species": "number"}, target="species", task="regression")).values["row"] == 2
    )


def test_a_file_that_changed_is_read_with_care(tmp_path: Path) -> None:
    path = written(tmp_path, FLOWERS)
    choice = choice_from(survey(path), folder=tmp_path)
    for content, rule, row in (
        (FLOWERS.replace("4.7,", "inf,"), "own_not_number", 9),
        (FLOWERS.replace("4.7,2.65,b", "4.7,2.65,d"), "own_new_category", 9),
        (FLOWERS.replace("width", "breadth"), "own_no_column", None),
        ("length,width,species\n1,2,a\n", "own_few_rows", None),
    ):
        path.write_text(content)
        with pytest.raises(DataError) as caught:
            load(choice, tmp_path)
        assert (told(caught.value).rule, caught.value.values.get("row")) == (rule, row)
    path.unlink()
    with pytest.raises(DataError) as caught:
        load(choice, tmp_path)
    assert told(caught.value).rule == "own_gone"


def test_what_is_no_table_at_all_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"PK\3\4\0\0\0")
    (tmp_path / "b.xlsx").write_bytes(b"nothing")
    (tmp_path / "c.xls").write_bytes(b"nothing")
    rules = [refused(tmp_path / name).rule for name in ("a.csv", "b.xlsx", "c.xls", "d.csv", ".")]
    assert rules == ["own_no_text", "own_no_table", "own_kind", "own_gone", "own_no_file"]


def test_a_split_by_a_column_needs_both_parts(tmp_path: Path) -> None:
    path = written(tmp_path, PEOPLE)
    assert refused(path, Corrections(split_column="sex", test_values=("x",))).rule == "own_empty_part"
    choice = choice_from(survey(path), Corrections(split_column="sex", test_values=("m",)), tmp_path)
    assert "sex = f" not in facts(choice).features
    assert len(load(choice, tmp_path).test_inputs) == facts(choice).test_size == 20


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"file": 3},
        {"file": "t.csv", "columns": (1, 2)},
        {
            "columns": (("x", "number", "median", None),),
            "read_as": ("csv", "utf-8", ",", True),
            "rows": -1,
            "target": "y",
        },
        {
            "columns": ((("x",), "number", "median", None),),
            "read_as": ("csv", "utf-8", ",", True),
            "classes": ("a", "a"),
        },
    ],
)
def test_facts_of_a_choice_that_makes_no_sense_are_none(arguments: dict[str, Any], tmp_path: Path) -> None:
    assert facts(Choice("table", arguments)).kind == "none"
    with pytest.raises(DataError) as caught:
        load(Choice("table", arguments), tmp_path)
    assert told(caught.value).rule in ("own_not_chosen", "own_changed")


def test_the_choice_is_kept_in_a_file(tmp_path: Path) -> None:
    choice = choice_from(survey(written(tmp_path, PEOPLE)), folder=tmp_path)
    layout = chain(("out", "Linear", {"out_features": 1}), training=TrainingConfig(choice, Choice("MSELoss")))
    assert loads(dumps(layout)) == layout
    assert choice.arguments["file"] == "table.csv"
    outside = choice_from(survey(tmp_path / "table.csv"), folder=tmp_path / "data")
    assert outside.arguments["file"] == str(tmp_path / "table.csv")
    assert torch.equal(load(outside, tmp_path / "data").train_inputs, load(choice, tmp_path).train_inputs)


CASES = {
    "people": (PEOPLE, Corrections()),
    "as they are": (PEOPLE, Corrections(arguments={"scaling": "none", "standardize_target": False})),
    "classes": (PEOPLE, Corrections(target="city", missing={"age": "drop"}, arguments={"scaling": "range", "seed": 3})),
    "flowers": (FLOWERS, Corrections(arguments={"stratify": False, "test_share": 0.4})),
    "by a column": (PEOPLE, Corrections(split_column="sex", test_values=("m",))),
    "gaps": (PEOPLE.replace(",23,", ",,").replace("서울", ""), Corrections(missing={"city": "own", "age": "mean"})),
    "no heads": ("".join(f"{row * 0.5},{row % 2}\n" for row in range(20)), Corrections()),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("inside", [True, False])
def test_the_printed_function_gives_the_same_samples(
    name: str, inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path if inside else tmp_path / "data"
    monkeypatch.setenv("LAYERLOOM_DATA", str(folder))
    choice = choice_from(survey(written(tmp_path, CASES[name][0])), CASES[name][1])
    same_samples(choice)


def test_another_share_needs_no_new_survey(tmp_path: Path) -> None:
    choice = choice_from(survey(written(tmp_path, FLOWERS)), folder=tmp_path)
    more = replace(choice, arguments={**choice.arguments, "test_share": 0.5})
    assert facts(more).test_size == len(load(more, tmp_path).test_inputs) == 15
