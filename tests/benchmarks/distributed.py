"""Two processes that train together against one process, each with one CPU thread.

    python tests/benchmarks/distributed.py

The small CNN is trained by `main.py train` with and without torch's launcher, turn by turn; the ratio of the samples a
second that they train is printed, with all that they tell each other on the way. Wants two cores that do nothing else:
the load is printed beside it.
With the layout's own 32 samples a batch there is little to win: 16 keep a core more than half as long as 32, and making
the gradients one takes about a millisecond a step.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
WANTED = 1.5


def samples_per_second(layout: Path, processes: int, options: argparse.Namespace) -> float:
    """While it trains; the median of all epochs but the first."""
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    train = [str(ROOT / "main.py"), "train", str(layout), "--device", "cpu", "--epochs", str(options.epochs), "--json"]
    batch = ["--batch-size", str(options.batch_size)] if options.batch_size else []
    done = subprocess.run(
        [sys.executable, *(launcher if processes > 1 else []), *train, *batch],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return median(one["samples_per_second"] for one in told if one["event"] == "epoch" and one["epoch"] > 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3, help="pairs (3)")
    parser.add_argument("--epochs", type=int, default=40, help="of each run (40)")
    parser.add_argument("--batch-size", type=int, default=256, help="256; 0 takes the layout's own")
    parser.add_argument("--layout", default="digits_cnn", help="one of layouts/ (digits_cnn)")
    options = parser.parse_args()
    layout = ROOT / "layouts" / f"{options.layout}.json"
    ratios = []
    for _ in range(options.pairs):
        one = samples_per_second(layout, 1, options)
        two = samples_per_second(layout, 2, options)
        ratios.append(two / one)
        print(f"    one process {one:,.0f} samples a second, two {two:,.0f}: {two / one:.2f}", flush=True)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"{options.layout}: {median(ratios):.2f} times one process (wanted {WANTED}), load average {load:.1f}")


if __name__ == "__main__":
    main()
