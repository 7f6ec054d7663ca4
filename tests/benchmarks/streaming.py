"""Images read from the disk batch by batch against the same images in memory: samples a second of the same training.

    python tests/benchmarks/streaming.py [--pairs N] [--images N] [--epochs N]

A folder of PNG files of two classes is written, 32 x 32 pixels in three colours, and a small convolutional network
learns them with one torch thread, turn by turn from memory and from the disk, as `main.py train` does. Two other
processes decode: wants two cores that do nothing else. The first epoch, in which those processes begin, is not counted.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]
os.environ["OMP_NUM_THREADS"] = "1"

from company import Company  # noqa: E402

from core.datasets.image_survey import choice_from, survey  # noqa: E402
from core.layout import Layout  # noqa: E402
from core.training.config import Choice, TrainingConfig  # noqa: E402

WANTED = 0.9
SIDE = 32


def write_images(folder: Path, count: int) -> None:
    """Stripes across or down under noise."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    for number in range(count):
        kind = ("across", "down")[number % 2]
        stripes = 60.0 * np.sin(np.arange(SIDE) * rng.uniform(0.4, 1.2))
        picture = 128 + (stripes[:, None] if kind == "across" else stripes[None, :])
        noisy = picture[..., None] + 30 * rng.standard_normal((SIDE, SIDE, 3))
        (folder / kind).mkdir(exist_ok=True)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / kind / f"{number:05}.png")


def network(dataset: Choice, epochs: int) -> Layout:
    from tests.examples import chain

    return chain(
        ("conv1", "Conv2d", {"out_channels": 32, "kernel_size": 3, "padding": 1}),
        ("relu1", "ReLU", {}),
        ("pool1", "MaxPool2d", {"kernel_size": 2}),
        ("conv2", "Conv2d", {"out_channels": 64, "kernel_size": 3, "padding": 1}),
        ("relu2", "ReLU", {}),
        ("pool2", "MaxPool2d", {"kernel_size": 2}),
        ("flatten", "Flatten", {}),
        ("logits", "Linear", {"out_features": 2}),
        training=TrainingConfig(dataset, batch_size=32, epochs=epochs),
    )


def samples_per_second(layout: Layout, keep: str) -> float:
    from core.training.events import EpochEnded, Started
    from core.training.run import run_training

    dataset = layout.training.dataset
    kept = Choice(dataset.name, {**dataset.arguments, "keep": keep})
    size = 0
    seconds: list[float] = []
    for event in run_training(replace(layout, training=replace(layout.training, dataset=kept)), "cpu", threads=1):
        if isinstance(event, Started):
            size = event.train_size
        elif isinstance(event, EpochEnded):
            seconds.append(event.seconds)
    paces = [size / (after - before) for before, after in pairwise(seconds)]
    return median(paces)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3, help="pairs (3)")
    parser.add_argument("--images", type=int, default=2_000, help="(2000)")
    parser.add_argument("--epochs", type=int, default=4, help="of each run, the first of which is not counted (4)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_images(folder, options.images)
        layout = network(choice_from(survey(folder)), options.epochs)
        ratios = []
        for _ in range(options.pairs):
            resident = samples_per_second(layout, "memory")
            company = Company()
            streamed = samples_per_second(layout, "disk")
            ratios.append(streamed / resident)
            # The processes that decode are among them.
            busy = company.cores() or 0.0
            print(f"    {streamed:,.0f} samples/s from the disk, {resident:,.0f} from memory: {ratios[-1]:.3f}")
            print(f"    other processes, those that decode among them, used {busy:.2f} cores meanwhile", flush=True)
    print(f"streamed {median(ratios):.3f} of resident (wanted {WANTED})")


if __name__ == "__main__":
    main()
