"""How long an edit takes in a residual network of 500 nodes: all its shapes and problems, as the window asks for them.

    python tests/benchmarks/inference.py

Prints medians in milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from stage import ROOT

from core import nesting, probe
from core.blocks import network_size
from core.edits import deleted, inserted
from core.history import History
from core.layout import Edge, Layout, Node, with_argument
from core.shapes import Inferrer, infer, warm_up
from core.signals import Signal
from core.storage import load
from core.training.config import Choice, TrainingConfig

ROUNDS = 15
RESNET_152 = ROOT / "layouts" / "resnet152.json"


def residual(size: int) -> Layout:
    """A residual network of about `size` nodes on pictures of 32 × 32."""
    nodes = {
        "images": Node("Input", {"shape": (3, 32, 32)}),
        "stem": Node("Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1, "bias": False}),
    }
    edges = [Edge("images", "stem")]
    before = "stem"
    while len(nodes) < size - 4:
        index = len(nodes) // 6
        # Every 28 blocks the pictures get smaller and the channels more, as in the usual networks.
        chain = [
            ("conv_a", "Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1, "bias": False}),
            ("norm_a", "BatchNorm2d", {}),
            ("relu_a", "ReLU", {}),
            ("conv_b", "Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1, "bias": False}),
            ("norm_b", "BatchNorm2d", {}),
        ]
        last = before
        for name, layer, arguments in chain:
            nodes[f"{name}{index}"] = Node(layer, arguments)
            edges.append(Edge(last, f"{name}{index}"))
            last = f"{name}{index}"
        nodes[f"sum{index}"] = Node("add")
        edges += [Edge(last, f"sum{index}"), Edge(before, f"sum{index}", input=1)]
        before = f"sum{index}"
    for name, layer, arguments in (
        ("pool", "AdaptiveAvgPool2d", {"output_size": 1}),
        ("flatten", "Flatten", {}),
        ("logits", "Linear", {"out_features": 10}),
        ("output", "Output", {}),
    ):
        nodes[name] = Node(layer, arguments)
        edges.append(Edge(before, name))
        before = name
    return Layout("residual", nodes, tuple(edges), TrainingConfig(dataset=Choice("none")))


def milliseconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return 1000 * (perf_counter() - start)


def _after(inferrer: Inferrer, layout: Layout, edited: Layout) -> None:
    """The inference of an edit that is made right after the layout before it was looked at."""
    inferrer(layout)
    inferrer(edited)


def main() -> None:
    warm_up()
    layout = residual(500)
    print(f"{len(layout.nodes)} nodes, {len(infer(layout).problems)} problems")
    edits: dict[str, Callable[[Layout, int], Layout]] = {
        "argument, in the middle": lambda one, turn: with_argument(one, "norm_a40", "eps", 1e-5 * (turn + 2)),
        "argument, at the top": lambda one, turn: with_argument(one, "stem", "bias", turn % 2 == 0),
        "channels, at the top": lambda one, turn: with_argument(one, "stem", "out_channels", 17 + turn),
        "insert a node": lambda one, turn: inserted(one, one.into("relu_a40")[0], "ReLU"),
        "delete a node": lambda one, turn: deleted(one, ["relu_a50"], []),
        "size of the input": lambda one, turn: with_argument(one, "images", "shape", (3, 40 + turn, 40 + turn)),
    }
    for name, edit in edits.items():
        inferrer = Inferrer()
        inferrer(layout)
        edited = [edit(layout, turn) for turn in range(ROUNDS)]
        times = [milliseconds(partial(_after, inferrer, layout, one)) for one in edited]
        print(f"{name:26} median {median(times):6.2f} ms  (largest {max(times):.2f})")
    inferrer, history = Inferrer(), History(layout)
    inferrer(layout)
    for turn in range(ROUNDS):
        history = history.applied("edit", with_argument(history.present, "norm_a40", "eps", 1e-3 * (turn + 1)))
        inferrer(history.present)
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        history = history.undone()
        inferrer(history.present)
        times.append(1000 * (perf_counter() - start))
    print(f"{'undo':26} median {median(times):6.2f} ms  (largest {max(times):.2f})")
    times = []
    for _ in range(ROUNDS):
        # As in a program that has opened nothing yet.
        probe.forget()
        nesting.forget()
        times.append(milliseconds(lambda: infer(load(RESNET_152))))
    found = infer(load(RESNET_152))
    print(f"{'open ResNet-152':26} median {median(times):6.2f} ms  (largest {max(times):.2f})")
    print(f"    {found.parameters:,} parameters, {network_size(found.layout)} layers and operations")
    lstm = {"input_size": 64, "hidden_size": 128, "num_layers": 2, "batch_first": True, "bidirectional": True}
    for length in (10, 1_000, 100_000):
        times = []
        for _ in range(ROUNDS):
            probe.forget()
            times.append(milliseconds(lambda n=length: probe.probe("LSTM", lstm, (Signal(("N", n, 64)), None, None))))
        print(f"{f'LSTM, {length:,} time steps':26} median {median(times):6.2f} ms  (largest {max(times):.2f})")


if __name__ == "__main__":
    main()
