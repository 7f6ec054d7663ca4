"""The command line as a shell sees it: output, sentences on standard error, and exit statuses."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import main
from core.columns import width
from core.commands.overview import rounded
from core.layout import (
    Edge,
    Layout,
    Node,
    with_argument,
    with_blocks,
    with_edge,
    with_node,
    without_edges,
    without_nodes,
)
from core.storage import dumps, load
from tests.cli import program
from tests.examples import chain, digits_mlp, residual
from tests.graphs import little_resnet
from tests.network_examples import recurrent, shared
from tests.repository import REPOSITORY

MLP = REPOSITORY / "layouts" / "digits_mlp.json"
FORGOTTEN = chain(("hidden", "Linear", {"out_features": 32}), ("logits", "Linear", {"out_features": 10}))
"""Without a Flatten."""


def written(folder: Path, layout: Layout | str, name: str = "network.json") -> Path:
    path = folder / name
    path.write_text(layout if isinstance(layout, str) else dumps(layout), encoding="utf-8")
    return path


class Told:
    """What a command printed when it was called in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> None:
        try:
            self.status = main.main([str(argument) for argument in arguments])
        # argparse ends --help and wrong usage this way.
        except SystemExit as ended:
            self.status = int(ended.code or 0)
        self.out, self.err = capsys.readouterr()


def test_check_shows_every_node_and_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "check", MLP)
    assert (told.status, told.err) == (0, "")
    assert "N × 64" in told.out
    assert "4,810" in told.out
    assert all(node_id in told.out for node_id in load(MLP).nodes)


def test_check_json_is_as_the_design_says(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "check", REPOSITORY / "layouts" / "fashion_mnist_quickstart.json", "--json")
    data = json.loads(told.out)
    assert told.status == 0
    assert data["nodes"]["hidden1"]["outputs"] == [["N", 512]]
    assert data["nodes"]["hidden1"]["parameters"] == 401_920
    assert (data["parameters"], data["problems"]) == (669_706, [])


def test_check_says_what_is_wrong_where_and_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, FORGOTTEN)
    told = Told(capsys, "check", path)
    assert told.status == 1
    assert "`hidden`" in told.err
    assert "Flatten" in told.err
    data = json.loads(Told(capsys, "check", path, "--json").out)
    problem = data["problems"][0]
    assert (problem["node"], problem["rule"]) == ("hidden", "loss.flatten_first")
    assert problem["message"] in told.err


def test_check_shows_advice_and_is_content(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    layout = chain(
        ("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}), ("end", "Softmax", {"dim": 1})
    )
    told = Told(capsys, "check", written(tmp_path, layout))
    assert told.status == 0
    assert told.err.startswith("Advice: ")
    assert "`end`" in told.err


def cells(line: str) -> list[str]:
    """The columns of a line, without the branches of its tree."""
    return re.split("  +", line.lstrip(" │├└─").rstrip())


def test_check_sums_up_as_torchinfo_does(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Sizes by its rules: inputs, twice the outputs of layers with weights (gradients), and weights of 4 bytes."""
    told = Told(capsys, "check", written(tmp_path, digits_mlp()))
    lines = told.out.splitlines()
    assert cells(lines[0]) == ["node", "layer", "output", "parameters", "multiply-adds"]
    assert cells(lines[4]) == ["hidden", "Linear 64→32", "N × 32", "2,080", "2,048"]
    rules = [index for index, line in enumerate(lines) if set(line) == {"─"}]
    assert len(rules) == 3
    assert {width(lines[index]) for index in rules} == {max(width(line) for line in lines[: rules[1]])}
    assert lines[rules[1] + 1 : rules[2]] == [
        "Total parameters: 2,410",
        "Trainable parameters: 2,410",
        "Frozen parameters: 0",
        "Total multiply-adds per sample: 2,368 (2.37 k)",
    ]
    batch = digits_mlp().training.batch_size
    images, passed, weights = batch * 64 * 4 / 1e6, batch * (32 + 10) * 2 * 4 / 1e6, 2_410 * 4 / 1e6
    assert lines[rules[2] + 1 :] == [
        f"Input size, a batch of {batch} (MB): {images:.2f}",
        f"Forward/backward pass size (MB): {passed:.2f}",
        f"Parameters size (MB): {weights:.2f}",
        f"Estimated total size (MB): {images + passed + weights:.2f}",
    ]


def test_check_shows_blocks_as_trees(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, little_resnet())
    lines = Told(capsys, "check", path).out.splitlines()
    columns = [cells(line) for line in lines]
    stage = next(index for index, row in enumerate(columns) if row[0] == "stage1")
    begin = ("stage1 ", "├─ first ", "│  ├─ conv1 ")
    assert all(line.startswith(start) for line, start in zip(lines[stage:], begin, strict=False))
    rest = next(index for index, row in enumerate(columns) if row[0] == "rest")
    begin = ("└─ rest ", "   ├─ 0 ", "   │  ├─ conv1 ")
    assert all(line.startswith(start) for line, start in zip(lines[rest:], begin, strict=False))
    assert "× 3" in columns[rest][1]
    # Every line of a tree adds up to the line above it.
    assert sum(int(columns[rest + 1 + 9 * index][3].replace(",", "")) for index in range(3)) == int(
        columns[rest][3].replace(",", "")
    )
    data = json.loads(Told(capsys, "check", path, "--json").out)
    first, again = (data["nodes"][name] for name in ("stage1", "stage2"))
    (inside,) = first["inside"]
    assert [list(repetition) for repetition in inside["rest"]["inside"]] == [list(inside["first"]["inside"][0])] * 3
    assert inside["first"]["inside"][0]["conv1"]["outputs"] == [["N", 16, 4, 4]]
    assert inside["first"]["inside"][0]["again"]["shares"] == "relu"
    assert first["parameters"] == sum(node["parameters"] for node in inside.values())
    assert (again["trainable"], first["trainable"]) == (0, first["parameters"])
    assert data["trainable"] == data["parameters"] - again["parameters"]
    assert data["multiply_adds"] == sum(node["multiply_adds"] for node in data["nodes"].values())


def test_check_counts_shared_weights_once_and_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = Told(capsys, "check", written(tmp_path, shared())).out.splitlines()
    rows = {row[0]: row for row in map(cells, lines)}
    assert rows["mix"] == ["mix", "Linear 64→64 · frozen", "N × 64", "4,160", "4,096"]
    assert rows["again"] == ["again", "Linear · shares `mix`", "N × 64", "(recursive)", "4,096"]
    assert {"Total parameters: 4,810", "Trainable parameters: 650", "Frozen parameters: 4,160"} <= set(lines)


def test_check_shows_every_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = Told(capsys, "check", written(tmp_path, recurrent()))
    assert "N × 8 × 32, 1 × N × 32, 1 × N × 32" in told.out


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_problem_inside_a_block_is_named_by_the_way_to_it(
    language: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERLOOM_LANGUAGE", language)
    layout = little_resnet()
    block = layout.blocks["ResidualBlock"]
    nodes = {**block.nodes, "conv2": replace(block.nodes["conv2"], arguments={"out_channels": 7, "kernel_size": 30})}
    broken = with_blocks(layout, {**layout.blocks, "ResidualBlock": replace(block, nodes=nodes)})
    path = written(tmp_path, broken)
    told = Told(capsys, "check", path)
    assert told.status == 1
    assert "`stage1.first" in told.err
    assert "conv2`" in told.err
    data = json.loads(Told(capsys, "check", path, "--json").out)
    problem = next(problem for problem in data["problems"] if problem["severity"] == "error")
    assert (problem["node"], problem["inside"]) == ("stage1", ["first", "conv2"])
    assert problem["message"] in told.err


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1_000, "1.00 k"), (12_340, "12.3 k"), (1_814_073_344, "1.81 G"), (10**13, "10.0 T")],
)
def test_large_counts_have_units(count: int, text: str) -> None:
    assert rounded(count) == text


@pytest.mark.parametrize(
    ("layout", "node", "words"),
    [
        (with_argument(digits_mlp(), "hidden", "out_features", 0), "hidden", "at least 1"),
        (with_argument(digits_mlp(), "logits", "out_features", 7), "logits", "10 classes"),
        (with_argument(digits_mlp(), "hidden", "colour", 1), "hidden", "colour"),
        (with_argument(digits_mlp(), "hidden", "out_features", 10**11), "hidden", "parameters"),
        (without_edges(digits_mlp(), [Edge("relu", "logits")]), "relu", "connect"),
        (with_node(digits_mlp(), "spare", Node("ReLU")), "spare", "not connected"),
        (
            with_edge(without_edges(digits_mlp(), [Edge("flatten", "hidden")]), Edge("relu", "hidden")),
            "hidden",
            "circle",
        ),
    ],
)
@pytest.mark.parametrize("command", ["check", "code", "train"])
def test_every_command_names_the_node_and_the_mistake(
    layout: Layout, node: str, words: str, command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = Told(capsys, command, written(tmp_path, layout))
    assert told.status == 1
    assert f"`{node}`" in told.err or words == "circle"
    assert words in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "layout", [Layout(), without_nodes(digits_mlp(), ["images"]), Layout("one", {"a": Node("ReLU")})]
)
def test_a_layout_without_a_beginning_or_end_is_said(
    layout: Layout, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for command in ("check", "code", "train"):
        told = Told(capsys, command, written(tmp_path, layout))
        assert told.status == 1
        assert told.err.strip()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"format": "layerloom-layout", "version": 99}',
        "[" * 100_000,
        "1" * 100_000,
    ],
)
def test_a_file_that_is_no_layout_gets_a_sentence(
    content: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path, content)
    told = Told(capsys, "check", path)
    assert (told.status, told.out) == (1, "")
    assert str(path) in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_a_key_that_stands_twice_gets_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = dumps(digits_mlp()).replace('"relu": {', '"hidden": {', 1)
    told = Told(capsys, "check", written(tmp_path, text))
    assert told.status == 1
    assert "hidden" in told.err


def test_files_that_cannot_be_read_get_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(bytes(range(256)))
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing.json", tmp_path, binary, tmp_path / "pipe", binary / "below"):
        for command in ("check", "code", "train"):
            told = Told(capsys, command, path)
            assert (told.status, told.out) == (1, "")
            assert str(path) in told.err
            assert len(told.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--jso", "a.json"],
        ["check", "a.json", "b.json"],
        ["code", "--nothing", "a.json"],
        ["layers", "a.json"],
        ["train", "a.json", "--epochs", "0"],
        ["train", "a.json", "--epochs", "many"],
        ["train", "a.json", "--epochs"],
        ["train", "a.json", "--seed", "-1"],
        ["train", "a.json", "--seed", str(2**63)],
        ["train", "a.json", "--device", "tpu"],
        ["train", "a.json", "--threads", "0"],
        ["a.json", "b.json"],
        ["--unknown"],
        ["chek", "a.json"],
    ],
)
def test_wrong_usage_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, *arguments)
    assert (told.status, told.out) == (2, "")
    assert "--help" in told.err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"], ["train", "-h"], ["layers", "--help"]])
def test_help_says_what_there_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, *arguments)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("Usage: ")


def test_korean_help_is_korean(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERLOOM_LANGUAGE", "ko")
    for arguments in (["--help"], ["train", "--help"]):
        told = Told(capsys, *arguments)
        assert told.out.startswith("사용법: ")
        assert "options:" not in told.out
        assert "usage:" not in told.out
    assert "값이 필요합니다" in Told(capsys, "train", "a.json", "--epochs").err


def test_without_a_command_the_file_goes_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | None] = []

    def window(file: str | None) -> int:
        opened.append(file)
        return 7

    from core.cli import run

    assert run([], window) == 7
    assert run(["network.json"], window) == 7
    assert run(["./train"], window) == 7
    assert opened == [None, "network.json", "./train"]


def test_layers_lists_everything_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(Told(capsys, "layers", "--json").out)
    linear = next(layer for layer in data if layer["name"] == "Linear")
    assert [field["name"] for field in linear["fields"]] == ["in_features", "out_features", "bias"]
    assert linear["fields"][0]["inferred"] is True
    assert linear["fields"][2]["default"] is True
    told = Told(capsys, "layers")
    assert told.status == 0
    assert all(layer["name"] in told.out for layer in data)


def test_code_prints_the_script_or_only_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    script, model = Told(capsys, "code", MLP).out, Told(capsys, "code", MLP, "--model-only").out
    assert "def train_epoch(" in script
    assert "def train_epoch(" not in model
    assert "def build_model()" in model
    assert script.endswith("    main()\n")


def test_code_is_utf_8_whatever_the_terminal_is(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "main.py"), "code", str(MLP)],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LAYERLOOM_LANGUAGE": "ko"},
        capture_output=True,
        check=True,
    )
    assert "파라미터" in done.stdout.decode("utf-8")


def test_train_json_is_as_the_design_says(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = program("train", MLP, "--epochs", "2", "--seed", "3", "--device", "cpu", "--run", run, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    *epochs, finished = map(json.loads, done.stdout.splitlines())
    keys = ["event", "epoch", "train_loss", "test_loss", "test_accuracy", "samples_per_second"]
    keys += ["step", "seconds", "train_accuracy", "train_scores", "test_scores"]
    assert [list(line) for line in epochs] == [keys, keys]
    assert [line["epoch"] for line in epochs] == [1, 2]
    assert finished == {"event": "finished", "test_accuracy": epochs[-1]["test_accuracy"], "run": str(run)}
    assert load(run / "layout.json").training.seed == 3
    assert (run / "weights.safetensors").is_file()
    # In this process, too, with as many threads.
    again = Told(capsys, "train", MLP, "--epochs", "2", "--seed", "3", "--device", "cpu", "--threads", "1", "--json")
    assert [json.loads(line)["train_loss"] for line in again.out.splitlines()[:2]] == [
        line["train_loss"] for line in epochs
    ]
    taken = Told(capsys, "train", MLP, "--epochs", "1", "--run", run)
    assert taken.status == 1
    assert str(run) in taken.err


def test_train_tells_people_a_line_an_epoch(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = Told(capsys, "train", MLP, "--epochs", "2", "--device", "cpu", "--threads", "1", "--run", tmp_path / "run")
    assert (told.status, told.err) == (0, "")
    started, first, second, finished = told.out.splitlines()
    assert started.startswith("4,810 parameters, 1,437 training samples, 360 test samples")
    assert first.startswith("epoch 1/2 ")
    assert second.startswith("epoch 2/2 ")
    assert str(tmp_path / "run") in finished


def test_the_bar_is_drawn_on_a_terminal_only_and_wiped(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    reading, writing = pty.openpty()
    command = [sys.executable, str(REPOSITORY / "main.py"), "train", str(MLP), "--epochs", "2", "--device", "cpu"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=writing, env={**os.environ, "COLUMNS": "100"})
    os.close(writing)
    drawn = b""
    # The other end of a terminal closes with an error on Linux.
    while piece := _read(reading):
        drawn += piece
    os.close(reading)
    out, _ = process.communicate()
    assert process.returncode == 0
    text = drawn.decode()
    assert "epoch 1/2" in text
    assert text.endswith("\r")
    assert "\n" not in text
    assert b"\r" not in out.replace(b"\r\n", b"\n")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


def test_a_failing_run_says_failed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = Told(capsys, "train", written(tmp_path, FORGOTTEN), "--json")
    assert told.status == 1
    failed = json.loads(told.out)
    assert list(failed) == ["event", "node", "message"]
    assert (failed["event"], failed["node"]) == ("failed", "hidden")
    assert failed["message"] == told.err.strip()


def test_a_device_or_data_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = Told(capsys, "train", MLP, "--device", "cuda:99")
    assert told.status == 1
    assert "cuda:99" in told.err
    assert "--device auto" in told.err
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name in (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ):
        (raw / name).write_bytes(b"damaged")
    told = Told(capsys, "train", REPOSITORY / "layouts" / "fashion_mnist_quickstart.json", "--data", tmp_path)
    assert told.status == 1
    assert "train-images-idx3-ubyte" in told.err


def test_a_run_folder_that_cannot_be_made_is_said_before_training(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = written(tmp_path, "a file", "taken")
    for folder in (file, file / "below"):
        told = Told(capsys, "train", MLP, "--run", folder)
        assert (told.status, told.out) == (1, "")
        assert str(folder) in told.err


def test_a_nan_loss_is_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from core.layout import with_training
    from core.training.config import Choice, TrainingConfig

    layout = with_training(
        residual(), replace(TrainingConfig(), optimizer=Choice("SGD", {"lr": 1000.0}), loss=Choice("MSELoss"))
    )
    told = Told(capsys, "train", written(tmp_path, layout), "--device", "cpu", "--epochs", "3")
    assert told.status == 1
    assert "learning rate" in told.err


def test_control_c_ends_in_one_sentence_and_keeps_what_was_learned(tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, str(REPOSITORY / "main.py"), "train", str(MLP), "--epochs", "100000"]
    process = subprocess.Popen(
        [*command, "--device", "cpu", "--json", "--run", str(run)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A script that starts the tests in the background has what they start ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=180)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert len(errors.strip().splitlines()) == 1 and f"--resume {run}" in errors
    assert json.loads((run / "run.json").read_text(encoding="utf-8"))["outcome"]["state"] == "stopped"
    assert (run / "weights.safetensors").is_file()


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """A line for bash in the repository, with `$PYTHON` as the interpreter."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_reader_that_goes_away_is_no_mistake() -> None:
    done = shell('"$PYTHON" main.py layers | head -n 1; echo "${PIPESTATUS[0]}"')
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] in ("0", "141")
    training = shell(
        '"$PYTHON" main.py train layouts/digits_mlp.json --epochs 100000 --json | head -n 1; echo "${PIPESTATUS[0]}"'
    )
    assert training.stderr == ""
    assert training.stdout.splitlines()[-1] == "141"


def test_closed_and_full_outputs_are_borne() -> None:
    closed = shell('"$PYTHON" main.py layers >&-; echo "status $?"')
    assert (closed.stdout, closed.stderr) == ("status 0\n", "")
    silent = shell('"$PYTHON" main.py check missing.json 2>&-; echo "status $?"')
    assert silent.stdout == "status 1\n"
    if Path("/dev/full").exists():
        full = shell('"$PYTHON" main.py layers >/dev/full; echo "status $?"')
        assert full.stdout == "status 1\n"
        assert len(full.stderr.strip().splitlines()) == 1
