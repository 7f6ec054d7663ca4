"""A training step of a compiled layout against the same network written by hand, taken in turns.

    python tests/benchmarks/compiled_speed.py

Prints, for each network, the median of the ratios of neighbouring rounds (compiled / by hand); below 1 is faster.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import torch
from stage import ROOT
from torch import Tensor, nn

from core.compiler import compile_model
from core.shapes import infer
from core.storage import load


class Perceptron(nn.Module):
    """784-512-512-10 as the usual introduction writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.stack = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.stack(self.flatten(x))


def stepper(model: nn.Module, inputs: Tensor, labels: Tensor) -> Callable[[int], float]:
    """The seconds that so many steps take."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)

    def run(steps: int) -> float:
        start = perf_counter()
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(inputs), labels).backward()
            optimizer.step()
        return perf_counter() - start

    return run


def ratio(ours: nn.Module, theirs: nn.Module, inputs: Tensor, labels: Tensor, steps: int, rounds: int) -> list[float]:
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    first, second = stepper(ours, inputs, labels), stepper(theirs, inputs, labels)
    first(steps), second(steps)
    found: list[float] = []
    for turn in range(rounds):
        # Whoever runs second may find a warmer or a slower machine: they take turns in that too.
        if turn % 2:
            mine, other = first(steps), second(steps)
        else:
            other, mine = second(steps), first(steps)
        found.append(mine / other)
    return sorted(found)


def tell(name: str, found: list[float]) -> None:
    quarter = len(found) // 4
    print(f"{name:28} median {median(found):.4f}  (half of them {found[quarter]:.4f} to {found[-1 - quarter]:.4f})")


def main() -> None:
    import torchvision

    torch.set_num_threads(1)
    quickstart = compile_model(infer(load(ROOT / "layouts" / "fashion_mnist_quickstart.json")))
    batch = torch.rand(64, 1, 28, 28), torch.randint(10, (64,))
    tell("784-512-512-10", ratio(quickstart, Perceptron(), *batch, steps=100, rounds=40))
    resnet = compile_model(infer(load(ROOT / "layouts" / "resnet18.json")))
    images = torch.rand(4, 3, 64, 64), torch.randint(1000, (4,))
    tell("ResNet-18", ratio(resnet, torchvision.models.resnet18(weights=None), *images, steps=3, rounds=60))


if __name__ == "__main__":
    main()
