"""A person's own images beside Pillow; broken and mislabelled ones are named, and streaming gives the same samples."""

from __future__ import annotations

import csv
import multiprocessing
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from core.datasets import DataError, Splits, facts, load
from core.datasets.image_survey import Corrections, Survey, choice_from, survey
from core.datasets.images import read_all
from core.layout import Layout
from core.training.config import Choice, TrainingConfig
from core.training.events import EpochEnded, Failed, Finished
from core.training.run import run_training
from tests.examples import chain
from tests.own_files import same_samples, told

CLASSES = ("cat", "dog", "새")
RED = (200, 30, 30)


def picture(seed: int, size: tuple[int, int] = (12, 10), mode: str = "RGB") -> Image.Image:
    random = np.random.default_rng(seed)
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], 3)
    return Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8))


def folder_of(root: Path, each: int = 10, mode: str = "RGB", classes: tuple[str, ...] = CLASSES) -> Path:
    for place, name in enumerate(classes):
        (root / name).mkdir(parents=True)
        for index in range(each):
            picture(100 * place + index, mode=mode).save(root / name / f"{index:02}.png")
    return root


def chosen(root: Path, **arguments: object) -> Choice:
    return choice_from(survey(root), Corrections(arguments=arguments), root.parent)  # type: ignore[arg-type]


def spoil(root: Path) -> None:
    """Two images that are none, one that is cut off, and files that do not belong there."""
    (root / "cat" / "03.png").write_bytes(b"no picture at all")
    whole = (root / "dog" / "04.png").read_bytes()
    (root / "dog" / "04.png").write_bytes(whole[: len(whole) // 2])
    (root / "dog" / "05.png").write_bytes(b"")
    (root / "cat" / "notes.txt").write_text("mine")
    (root / "cat" / "._00.png").write_bytes(b"of a Mac")
    picture(1).save(root / "lonely.png")


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "pets")
    found = survey(root)
    assert found.counts == dict.fromkeys(CLASSES, 10)
    assert (found.size, found.channels, found.broken, found.without_class) == ((10, 12), 3, (), ())
    choice = choice_from(found, folder=tmp_path)
    known, splits = facts(choice), load(choice, tmp_path)
    assert (known.kind, known.shape, known.classes, known.held) == ("images", (3, 10, 12), CLASSES, "uint8")
    assert (len(splits.train_inputs), len(splits.test_inputs)) == (known.train_size, known.test_size) == (24, 6)
    assert splits.test_targets.bincount().tolist() == [2, 2, 2]
    assert splits.train_inputs.dtype == torch.uint8
    first = np.asarray(Image.open(root / "cat" / "00.png")).transpose(2, 0, 1)
    assert any(np.array_equal(one, first) for one in torch.cat([splits.train_inputs, splits.test_inputs]).numpy())


def test_broken_and_lonely_images_are_named_and_left_out(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "pets")
    spoil(root)
    found = survey(root)
    assert [name for name, _ in found.broken] == ["cat/03.png", "dog/04.png", "dog/05.png"]
    assert all(why for _, why in found.broken)
    assert found.without_class == ("lonely.png",)
    choice = choice_from(found, folder=tmp_path)
    splits = load(choice, tmp_path)
    assert len(splits.train_inputs) + len(splits.test_inputs) == 27 and splits.skipped == ()
    (root / "새" / "07.png").write_bytes(b"broken later")
    later = load(choice, tmp_path)
    assert len(later.train_inputs) + len(later.test_inputs) == 26
    assert later.skipped == (("새/07.png", "no image"),)


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("Train", "val"), ("학습", "평가")])
def test_folders_that_part_the_images(tmp_path: Path, train: str, test: str) -> None:
    folder_of(tmp_path / "pets" / train, 5)
    folder_of(tmp_path / "pets" / test, 3)
    choice = chosen(tmp_path / "pets")
    known, splits = facts(choice), load(choice, tmp_path)
    assert (known.classes, known.train_size, known.test_size) == (CLASSES, 15, 9)
    assert (len(splits.train_inputs), len(splits.test_inputs)) == (15, 9)
    assert splits.train_targets.bincount().tolist() == [5, 5, 5]


def test_a_person_says_which_folder_tests(tmp_path: Path) -> None:
    for name, each in (("train", 5), ("val", 2), ("test", 3)):
        folder_of(tmp_path / "pets" / name, each)
    found = survey(tmp_path / "pets")
    assert found.parts == {"test": 9, "train": 15, "val": 6}
    choice = choice_from(found, Corrections(test_folders=("test",)), tmp_path)
    assert (facts(choice).train_size, facts(choice).test_size) == (21, 9)
    assert facts(choice_from(found, folder=tmp_path)).test_size == 15
    with pytest.raises(DataError) as caught:
        choice_from(found, Corrections(test_folders=("train", "val", "test")), tmp_path)
    assert told(caught.value).rule == "own_empty_part"


def annotations(path: Path, rows: list[tuple[str, ...]], heads: tuple[str, ...] = ("image", "label")) -> Path:
    with path.open("w", newline="", encoding="cp949") as content:
        csv.writer(content).writerows([heads, *rows])
    return path


def test_images_with_a_table_of_labels(tmp_path: Path) -> None:
    root = tmp_path / "shots"
    root.mkdir()
    for index in range(12):
        picture(index).save(root / f"img{index}.png")
    rows = [(f"img{index}", "고양이" if index % 2 else "개") for index in range(10)]
    table = annotations(tmp_path / "labels.csv", [*rows, ("img99", "개"), ("img3", "개"), ("img11", "")])
    found = survey(root, labels=table)
    assert (found.counts, found.without_file, found.doubled) == ({"개": 5, "고양이": 5}, ("img99",), ("img3.png",))
    assert set(found.without_class) == {"img10.png", "img11.png"}
    choice = choice_from(found, folder=tmp_path)
    splits = load(choice, tmp_path)
    assert len(splits.train_inputs) + len(splits.test_inputs) == 10
    for inputs, label in zip(splits.train_inputs, splits.train_targets, strict=True):
        index = next(one for one in range(10) if np.array_equal(inputs, np.asarray(picture(one)).transpose(2, 0, 1)))
        assert facts(choice).classes[label] == rows[index][1]


def parted(tmp_path: Path) -> Survey:
    root = folder_of(tmp_path / "pets", 4)
    rows = [(f"{name}/{index:02}.png", name, "b" if index == 1 else "a") for name in CLASSES for index in range(4)]
    heads = ("file", "species", "part")
    return survey(root, annotations(tmp_path / "labels.csv", rows, heads), part_column="part")


def test_a_column_of_the_table_parts_the_images(tmp_path: Path) -> None:
    choice = choice_from(parted(tmp_path), Corrections(test_folders=("b",)), tmp_path)
    splits = load(choice, tmp_path)
    assert (len(splits.train_inputs), splits.test_targets.tolist()) == (9, [0, 1, 2])


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
def test_other_sizes_are_brought_to_one(tmp_path: Path, fit: str) -> None:
    root = folder_of(tmp_path / "pets", 6)
    big = picture(9, (40, 20))
    big.save(root / "cat" / "big.png")
    found = survey(root)
    assert found.size == (10, 12) and found.sizes == {(10, 12): 18, (20, 40): 1}
    splits = load(choice_from(found, Corrections(arguments={"fit": fit}), tmp_path), tmp_path)
    how = {"stretch": Image.Image.resize, "crop": ImageOps.fit, "pad": ImageOps.pad}[fit]
    wanted = np.asarray(how(big, (12, 10))).transpose(2, 0, 1)  # type: ignore[operator]
    assert any(np.array_equal(one, wanted) for one in torch.cat([splits.train_inputs, splits.test_inputs]).numpy())


def test_size_and_colours_can_be_chosen(tmp_path: Path) -> None:
    choice = chosen(folder_of(tmp_path / "pets"), size=6, colors="gray")
    assert facts(choice).shape == (1, 6, 6)
    assert load(choice, tmp_path).train_inputs.shape == (24, 1, 6, 6)
    again = replace(choice, arguments={**choice.arguments, "size": (8, 4), "colors": "rgb"})
    assert load(again, tmp_path).test_inputs.shape == (6, *facts(again).shape) == (6, 3, 8, 4)


def test_grey_images_have_one_channel_and_photos_become_smaller(tmp_path: Path) -> None:
    assert facts(chosen(folder_of(tmp_path / "grey", mode="L"))).shape == (1, 10, 12)
    root = folder_of(tmp_path / "photos", 1, classes=("a", "b"))
    for name in ("a", "b"):
        picture(0, (896, 448)).save(root / name / "00.png")
    assert survey(root).size == (112, 224)


def test_sixteen_bits_become_eight_and_a_photo_is_turned(tmp_path: Path) -> None:
    deep = (np.arange(120, dtype=np.uint16).reshape(10, 12) * 546).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    picture(1).save(tmp_path / "turned.png", exif=turned)
    images, good, _ = read_all(tmp_path, ("deep.png",), (1, 10, 12), "stretch")
    assert good == [0] and np.array_equal(images[0, 0], (deep >> 8).astype(np.uint8))
    images, _, _ = read_all(tmp_path, ("turned.png",), (3, 12, 10), "stretch")
    assert np.array_equal(images[0], np.rot90(np.asarray(picture(1)), -1).transpose(2, 0, 1))


@pytest.mark.parametrize("what", ["own_gone", "own_no_folder", "own_no_images", "own_no_classes", "own_one_class"])
def test_a_bad_folder_is_one_sentence(tmp_path: Path, what: str) -> None:
    root = tmp_path / "pets"
    if what == "own_no_folder":
        root.write_text("no folder")
    elif what != "own_gone":
        root.mkdir()
    if what == "own_no_classes":
        picture(0).save(root / "a.png")
    if what == "own_one_class":
        folder_of(root / "cats", 2, classes=("cat",))
        folder_of(root, 2, classes=("cats",)) if not (root / "cats").exists() else None
    with pytest.raises(DataError) as caught:
        chosen(root)
    assert told(caught.value).rule == what


def test_a_folder_that_changed_is_read_with_care(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "pets")
    choice = chosen(root)
    folder_of(root, 1, classes=("fish",))
    with pytest.raises(DataError) as caught:
        load(choice, tmp_path)
    assert (told(caught.value).rule, caught.value.values["received"]) == ("own_new_class", "fish")
    shutil.rmtree(root)
    with pytest.raises(DataError) as caught:
        load(choice, tmp_path)
    assert told(caught.value).rule == "own_gone"


def test_a_survey_says_how_far_it_is_and_can_be_ended(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "pets", 50)
    heard: list[tuple[int, int]] = []
    survey(root, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(0, 150), (64, 150), (128, 150), (150, 150)]

    def enough(done: int, total: int) -> None:
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        survey(root, progress=enough)


def both(root: Path, folder: Path) -> tuple[Splits, Splits]:
    choice = chosen(root)
    disk = replace(choice, arguments={**choice.arguments, "keep": "disk"})
    return load(choice, folder), load(disk, folder)


def test_streamed_images_are_the_same_in_the_same_order(tmp_path: Path) -> None:
    resident, streamed = both(folder_of(tmp_path / "pets"), tmp_path)
    assert streamed.streamed is not None
    train = streamed.streamed[0].to(torch.device("cpu"))
    assert torch.equal(train.targets_N, resident.train_targets)
    before = torch.get_rng_state()
    for seed in (0, 1):
        order = torch.randperm(24, generator=torch.Generator().manual_seed(seed))
        batches = list(train.batches(order, 7))
        assert [len(targets) for _, targets in batches] == [7, 7, 7, 3]
        assert torch.equal(torch.cat([inputs for inputs, _ in batches]), resident.train_inputs[order].float() / 255)
        assert torch.equal(torch.cat([targets for _, targets in batches]), resident.train_targets[order])
    # One that is given up in the middle leaves nothing behind for the next.
    next(train.batches(torch.arange(24), 4))
    assert torch.equal(next(train.parts(24))[0], resident.train_inputs.float() / 255)
    assert torch.equal(torch.get_rng_state(), before)


def read_in_a_child(choice: Choice, folder: Path, results: Any) -> None:
    streamed = load(choice, folder).streamed
    assert streamed is not None
    results.put(sum(len(targets) for _, targets in streamed[0].to(torch.device("cpu")).parts(8)))


def test_the_training_process_may_stream_although_it_is_a_daemon(tmp_path: Path) -> None:
    choice = chosen(folder_of(tmp_path / "pets"), keep="disk")
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    process = context.Process(target=read_in_a_child, args=(choice, tmp_path, results), daemon=True)
    process.start()
    process.join(120)
    assert process.exitcode == 0 and results.get() == 24


def net(choice: Choice) -> Layout:
    training = TrainingConfig(choice, batch_size=8, epochs=2)
    return chain(("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 3}), training=training)


def test_a_streamed_training_has_the_losses_of_a_resident_one(tmp_path: Path) -> None:
    choice = chosen(folder_of(tmp_path / "pets"))
    told_losses = []
    for keep in ("memory", "disk"):
        layout = net(replace(choice, arguments={**choice.arguments, "keep": keep}))
        events = list(run_training(layout, device="cpu", folder=tmp_path, threads=1))
        assert isinstance(events[-1], Finished)
        told_losses.append([(one.train_loss, one.test_loss) for one in events if isinstance(one, EpochEnded)])
    assert told_losses[0] == told_losses[1]


def test_an_image_that_breaks_while_training_is_named(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "pets")
    choice = chosen(root, keep="disk")
    splits = load(choice, tmp_path)
    assert splits.streamed is not None
    (root / "dog" / "02.png").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        for side in splits.streamed:
            list(side.to(torch.device("cpu")).parts(8))
    assert told(caught.value).values["file"] == str(root / "dog" / "02.png")
    events = list(run_training(net(choice), device="cpu", folder=tmp_path, threads=1))
    assert isinstance(events[-1], Failed) and events[-1].rule == "data.own_broken_image"


def test_the_printed_function_gives_the_same_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path))
    root = folder_of(tmp_path / "pets")
    spoil(root)
    same_samples(chosen(root))
    same_samples(chosen(root, size=6, colors="gray", fit="pad", stratify=False))
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path / "elsewhere"))
    same_samples(choice_from(survey(root), folder=tmp_path / "elsewhere"))


def test_the_printed_function_knows_folders_and_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path))
    same_samples(choice_from(parted(tmp_path), Corrections(test_folders=("b",))))
    rows = [(f"{index:02}", "one" if index % 2 else "two") for index in range(4)]
    same_samples(choice_from(survey(tmp_path / "pets" / "cat", annotations(tmp_path / "few.csv", rows))))
    folder_of(tmp_path / "more" / "train", 4)
    folder_of(tmp_path / "more" / "test", 2)
    same_samples(choice_from(survey(tmp_path / "more")))


@pytest.mark.parametrize(
    "arguments", [{}, {"file": "pets"}, {"classes": ("a",)}, {"found_size": (0, 3)}, {"labels": 3}]
)
def test_facts_of_a_choice_that_makes_no_sense_are_none(tmp_path: Path, arguments: dict[str, object]) -> None:
    good = chosen(folder_of(tmp_path / "pets")).arguments if arguments else {}
    choice = Choice("images", {**(good if "file" not in arguments else {}), **arguments})  # type: ignore[arg-type]
    assert facts(choice).kind == "none"
    with pytest.raises(DataError) as caught:
        load(choice, tmp_path)
    assert told(caught.value).rule in ("own_not_chosen", "own_changed")
