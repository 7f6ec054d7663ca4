"""Training with its scores against the same training without any, on one CPU thread.

    python tests/benchmarks/scores.py

Both sides train the same network in one process, a few hundredths of a second each in turn, so that whatever else the
machine does meets both alike, and test it after every epoch. Their ratio in steps a second is printed, and the share
of its time that the one side spends on scores. About a minute.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from core.layout import Layout  # noqa: E402
from core.storage import load  # noqa: E402
from core.training.events import Failed, Steps  # noqa: E402
from core.training.trainer import Trainer  # noqa: E402

NETWORKS = (("spiral network", "spiral"), ("small CNN", "digits_cnn"), ("digits network", "digits_mlp"))


class Unscored:
    """Counts nothing."""

    def add(self, outputs_B: object, targets_B: object) -> None:
        pass

    def values(self) -> Mapping[str, float]:
        return {}

    def confusion(self) -> None:
        return None


class UnscoredTrainer(Trainer):
    def _new_scores(self, confusion: bool = False) -> Any:
        return Unscored()


class Side:
    """A training that goes on a little when it is asked to."""

    def __init__(self, kind: type[Trainer], layout: Layout) -> None:
        import torch

        from core.compiler import compile_model
        from core.datasets import load as load_data
        from core.shapes import infer

        config = replace(layout.training, epochs=100_000)
        torch.manual_seed(config.seed)
        self._trainer = kind(compile_model(infer(layout)), load_data(config.dataset), config)
        self._events = self._trainer.events()
        self._before = 0
        self.seconds = 0.0

    def go_on(self) -> None:
        """Up to the next report."""
        began = process_time()
        while not isinstance(event := next(self._events), Steps):
            assert not isinstance(event, Failed), event
        self.seconds += process_time() - began

    def warm(self) -> None:
        """What came so far does not count."""
        self._before, self.seconds = self._trainer.step, 0.0

    @property
    def pace(self) -> float:
        """Steps in a second of the processor."""
        return (self._trainer.step - self._before) / self.seconds


class Clocked:
    """The scores, with a clock."""

    def __init__(self, scores: Any) -> None:
        self._scores = scores

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._scores, name)

        def timed(*arguments: Any) -> Any:
            began = process_time()
            try:
                return method(*arguments)
            finally:
                Clocked.seconds += process_time() - began

        return timed

    seconds = 0.0


class ClockedTrainer(Trainer):
    def _new_scores(self, confusion: bool = False) -> Any:
        return Clocked(super()._new_scores(confusion))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of the processor for each network (20)")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    for title, name in NETWORKS:
        layout = load(ROOT / "layouts" / f"{name}.json")
        with_scores, without = Side(ClockedTrainer, layout), Side(UnscoredTrainer, layout)
        until = options.seconds / 5
        for warm in (True, False):
            while with_scores.seconds + without.seconds < until:
                with_scores.go_on()
                without.go_on()
            if warm:
                with_scores.warm()
                without.warm()
                Clocked.seconds, until = 0.0, options.seconds
        ratio, share = with_scores.pace / without.pace, Clocked.seconds / with_scores.seconds
        print(f"{title}: {ratio:.3f} of the pace without scores; they take {share:.3f} of the time", flush=True)


if __name__ == "__main__":
    main()
