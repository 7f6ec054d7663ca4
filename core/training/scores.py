"""How well a network answers: accuracy and its relatives for classes, mean errors and R² for numbers. The trainer asks.

What is counted stays on the device, and nothing waits for it until `values` is asked for. The numbers are those that
scikit-learn gives for the same answers: precision, recall and F1 are means over the classes that occur, as a target or
as an answer, and a class without any counts as 0; R² is the mean over the columns of the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from core.training import losses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

# B batch, C classes, D numbers of one sample's target

TOP = 5
"""Answers that `top5` looks at."""
SMALL_CONFUSION = 32
LARGEST_CONFUSION = 1_000
"""Classes of the largest table of confusions: it has their square as its number of cells."""


def scores(classes: int, loss: str, confusion: bool = False) -> Scores:
    """What suits the task: 0 `classes` are numbers to learn. With `confusion` a table of classes is kept as well."""
    return ClassScores(classes, loss, confusion) if classes else NumberScores()


class ClassScores:
    """Of answers that are classes, as the loss reads them: by the largest output, or one output and its threshold."""

    def __init__(self, classes: int, loss: str, confusion: bool = False) -> None:
        self._classes = classes
        self._loss = loss
        # A small table is quicker to count than its sums.
        self._table = classes <= (LARGEST_CONFUSION if confusion else SMALL_CONFUSION)
        self._told = confusion
        self._counts: Tensor | None = None
        """int32: the table (C * C,) row by row; without one (3 * C,): right, occurring as answer, as target."""
        self._top: Tensor | None = None
        self._before: Tensor | None = None
        """(C, C): which classes come before each one."""
        self._samples = 0

    def add(self, outputs_BC: Tensor, labels_B: Tensor) -> None:
        """Waits for nothing."""
        import torch

        if not len(outputs_BC):
            return
        size, answers_B = self._classes, losses.answers(self._loss, outputs_BC)
        if self._counts is None:
            length = size * size if self._table else 3 * size
            # Not every accelerator adds up int64 here. Unlike bincount, index_add_ does not wait for the largest one.
            self._counts = torch.zeros(length, dtype=torch.int32, device=outputs_BC.device)
        # One that was kept comes back on the processor.
        self._counts = self._counts.to(outputs_BC.device)
        if self._table:
            cells = torch.add(answers_B, labels_B, alpha=size)
            ones = torch.ones_like(cells, dtype=torch.int32)
        else:
            cells = torch.cat((labels_B, answers_B + size, labels_B + 2 * size))
            ones = torch.ones_like(cells, dtype=torch.int32)
            ones[: len(labels_B)] = answers_B == labels_B
        self._counts.index_add_(0, cells, ones)
        if size > TOP:
            if self._before is None and size <= LARGEST_CONFUSION:
                # Quicker looked up than compared.
                self._before = torch.ones(size, size, dtype=torch.bool, device=outputs_BC.device).tril(-1)
            top = _among_the_first(self._loss, outputs_BC, labels_B, self._before)
            self._top = top if self._top is None else self._top.to(top.device) + top
        self._samples += len(outputs_BC)

    def values(self) -> dict[str, float]:
        """By name, 0 to 1; empty before the first sample. Waits for the device, once."""
        import torch

        if self._counts is None:
            return {}
        counted = self._counts
        if self._top is not None:
            counted = torch.cat((counted, self._top.reshape(1).to(torch.int32)))
        # Epochs of a small data set take a few milliseconds, in which torch's own small sums would be noticed.
        counts, size = counted.cpu().numpy(), self._classes
        if self._table:
            table_CC = counts[: size * size].reshape(size, size)
            counted_3C = [table_CC.diagonal(), table_CC.sum(0), table_CC.sum(1)]
        else:
            counted_3C = list(counts[: 3 * size].reshape(3, size))
        right, occurring, precision, recall, f1 = 0, 0, 0.0, 0.0, 0.0
        for good, answered, true in zip(*(row_C.tolist() for row_C in counted_3C), strict=True):
            right += good
            occurring += bool(answered or true)
            # Where nothing can be right, 0 of 1 is.
            precision += good / (answered or 1)
            recall += good / (true or 1)
            f1 += 2 * good / (answered + true or 1)
        found = {"accuracy": right / self._samples}
        if self._top is not None:
            found["top5"] = int(counts[-1]) / self._samples
        means = {"precision": precision, "recall": recall, "f1": f1}
        return found | {name: total / occurring for name, total in means.items()}

    def confusion(self) -> NDArray[np.int64] | None:
        """(C, C) counts: a row for each true class, a column for each answer. Waits for the device."""
        import torch

        if self._counts is None or not (self._table and self._told):
            return None
        table: NDArray[np.int64] = self._counts.to("cpu", torch.int64).view(self._classes, self._classes).numpy()
        return table

    def merge(self, state: dict[str, Any]) -> None:
        """Count what another one has counted too."""
        if state["counts"] is None:
            return
        if self._counts is None:
            self.load_state_dict(state)
            return
        self._counts += state["counts"].to(self._counts.device)
        if self._top is not None:
            self._top = self._top + state["top"].to(self._top.device)
        self._samples += state["samples"]

    def state_dict(self) -> dict[str, Any]:
        return {"counts": self._counts, "top": self._top, "samples": self._samples}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        # Counting goes on in place.
        self._counts = None if state["counts"] is None else state["counts"].clone()
        self._top, self._samples = state["top"], state["samples"]


def _among_the_first(loss: str, outputs_BC: Tensor, labels_B: Tensor, before_CC: Tensor | None) -> Tensor:
    """How many true classes are among the `TOP` surest answers; of equally sure ones the first comes first."""
    import torch

    sure_BC = -outputs_BC if losses.spec(loss).output == "distances" else outputs_BC
    labels_B1 = labels_B.unsqueeze(1)
    own_B1 = sure_BC.gather(1, labels_B1)
    if before_CC is not None:
        before_BC = before_CC.index_select(0, labels_B)
    else:
        before_BC = torch.arange(sure_BC.shape[1], device=sure_BC.device) < labels_B1
    ahead_B = torch.count_nonzero((sure_BC > own_B1) | ((sure_BC == own_B1) & before_BC), 1)
    return torch.count_nonzero(ahead_B < TOP)


class NumberScores:
    """Of answers that are numbers: mean absolute error, root of the mean squared error, R².

    Sums over all samples, in float64 where the device has it. The targets' squares are added up around their mean, as
    Chan, Golub and LeVeque do (1979): plain squares would lose most digits of targets far from 0.
    """

    def __init__(self) -> None:
        self._sums: list[Tensor] | None = None
        """Absolute and squared errors, mean and squares of the targets less the first one; (D,) each. And the first."""
        self._samples = 0

    def add(self, outputs_B: Tensor, targets_B: Tensor) -> None:
        """Both (B, *target_shape). Waits for nothing."""
        if len(outputs_B):
            rows = len(outputs_B)
            self._add(_sums(outputs_B.reshape(rows, -1), targets_B.reshape(rows, -1), self._sums), rows)

    def _add(self, sums: list[Tensor], samples: int) -> None:
        if self._sums is None:
            self._sums, self._samples = sums, samples
            return
        # One that was kept comes back on the processor.
        absolute, squared, mean, squares, first = (one.to(sums[0]) for one in self._sums)
        together = self._samples + samples
        apart = sums[2] - mean
        self._sums = [
            absolute + sums[0],
            squared + sums[1],
            mean + apart * (samples / together),
            squares + sums[3] + apart.square() * (self._samples * samples / together),
            first,
        ]
        self._samples = together

    def values(self) -> dict[str, float]:
        """By name; empty before the first sample. R² takes two samples. Waits for the device, once."""
        import torch

        if self._sums is None:
            return {}
        absolute_D, squared_D, _, squares_D = torch.stack(self._sums[:4]).cpu().double()
        found = {
            "mae": float(absolute_D.mean()) / self._samples,
            "rmse": (float(squared_D.mean()) / self._samples) ** 0.5,
        }
        if self._samples < 2:
            return found
        # A column that is always the same is explained wholly or not at all.
        always_D = squares_D == 0
        explained_D = 1 - squared_D / torch.where(always_D, 1.0, squares_D)
        r2_D = torch.where(always_D, (squared_D == 0).double(), explained_D)
        return {**found, "r2": float(r2_D.mean())}

    def confusion(self) -> None:
        return None

    def merge(self, state: dict[str, Any]) -> None:
        """Add up what another one has added up too."""
        if state["sums"] is None:
            return
        if self._sums is None:
            self.load_state_dict(state)
            return
        sums = [one.to(self._sums[0]) for one in state["sums"]]
        # Both means are from their own first target on.
        sums[2] = sums[2] + (sums[4] - self._sums[4])
        self._add(sums, state["samples"])

    def state_dict(self) -> dict[str, Any]:
        return {"sums": self._sums, "samples": self._samples}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._sums, self._samples = state["sums"], state["samples"]


Scores: TypeAlias = ClassScores | NumberScores


def _sums(outputs_BD: Tensor, targets_BD: Tensor, before: list[Tensor] | None) -> list[Tensor]:
    import torch

    # An Apple GPU has no float64.
    dtype = torch.float32 if outputs_BD.device.type == "mps" else torch.float64
    targets_BD = targets_BD.to(dtype)
    errors_BD = outputs_BD.to(dtype) - targets_BD
    first_D = targets_BD[0] if before is None else before[4].to(targets_BD)
    apart_BD = targets_BD - first_D
    mean_D = apart_BD.mean(0)
    squares_D = (apart_BD - mean_D).square().sum(0)
    return [errors_BD.abs().sum(0), errors_BD.square().sum(0), mean_D, squares_D, first_D]
