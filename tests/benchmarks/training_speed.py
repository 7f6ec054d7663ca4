"""Training with the window, its plots and its parameter view open, against loops without a window.

    python tests/benchmarks/training_speed.py --data ../shared/datasets

Both sides train the same network with one torch thread and test it after every epoch; pairs are taken turn by turn and
their ratios' median is printed, with the longest time for which the window did not answer. About two minutes. Anything
else that runs on the machine meanwhile takes from the window's side more than from the other, which needs one core.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from statistics import median

import loops
from company import Company
from stage import ROOT, Stage, arguments

from core.layout import Layout
from core.storage import dumps, load

NETWORKS = (
    ("spiral network", "spiral", "hidden2", 0.97),
    ("Fashion-MNIST 784-512-512-10", "fashion_mnist_quickstart", "hidden2", 0.98),
    ("small CNN", "digits_cnn", "conv2", 0.99),
)


def measured(stage: Stage, layout: Layout, node: str, seconds: float) -> tuple[float, float]:
    """Samples per second in the window's training process, and the window's longest silence."""
    session = stage.window.session
    stage.open(layout, node)
    session.start(layout)
    stage.until(lambda: len(session.metrics.losses) > 1)
    stage.spend(seconds / 5)
    record = session.record
    assert record is not None
    began, first = metrics_clock(stage)
    silence = stage.spend(seconds * 0.8)
    ended, last = metrics_clock(stage)
    session.stop()
    stage.until(lambda: not session.busy)
    samples = record.train_size / record.steps_per_epoch
    return (last - first) * samples / (ended - began), silence


def metrics_clock(stage: Stage) -> tuple[float, int]:
    """A moment at which numbers arrived, and how many steps there were then."""
    from time import perf_counter

    metrics = stage.window.session.metrics
    before = len(metrics.losses)
    stage.until(lambda: len(metrics.losses) > before)
    return perf_counter(), len(metrics.losses)


def main() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    options = arguments(__doc__.splitlines()[0], pairs=(int, 3, "pairs of each"), seconds=(float, 4.0, "of each side"))
    with Stage() as stage, loops.Loops() as others:
        for title, name, node, wanted in NETWORKS:
            layout = load(ROOT / "layouts" / f"{name}.json")
            # Longer than it is measured.
            layout = replace(layout, training=replace(layout.training, epochs=100_000))
            text = dumps(layout)
            ratios, silences, paces, company = [], [], [], []
            for _ in range(options.pairs):
                meanwhile = Company(others.process_id, stage.window.session.process_id)
                bare = others.run(loops.bare, text, options.seconds)
                ours, silence = measured(stage, layout, node, options.seconds)
                company.append(meanwhile.cores() or 0.0)
                ratios.append(ours / bare)
                silences.append(silence)
                paces.append((bare, ours))
            bare, ours = (median(side) for side in zip(*paces, strict=True))
            print(f"{title}: {median(ratios):.3f} of the bare loop (wanted {wanted}), pairs {_list(ratios)}")
            print(f"    other programs used {_list(company)} cores meanwhile")
            print(f"    {ours:,.0f} samples/s against {bare:,.0f}; silence of the window {max(silences) * 1e3:.0f} ms")
            if name == "fashion_mnist_quickstart":
                for threads in sorted({1, cores}):
                    _against_loader(others, text, options, threads)


def _against_loader(others: loops.Loops, text: str, options: argparse.Namespace, threads: int) -> None:
    """The program without a window against the loop of the tutorials, with the same number of torch threads."""
    ratios = []
    for _ in range(options.pairs):
        usual = others.run(loops.loader, text, options.seconds / 2, threads)
        ratios.append(others.run(loops.program, text, options.seconds / 2, threads) / usual)
    wanted = "wanted 2, " if threads > 1 else ""
    print(f"    {threads} threads: {median(ratios):.2f} times ToTensor and DataLoader ({wanted}pairs {_list(ratios)})")


def _list(values: list[float]) -> str:
    return " ".join(f"{value:.3f}" for value in values)


if __name__ == "__main__":
    main()
