"""The losses: their fields, what each wants as output and target, how an answer is read. Importing needs no torch.

Every loss here compares one output of the network with one target of the data; `LEFT_OUT` names the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from core.fields import Field
from core.training.choices import called_with
from core.training.config import Choice
from core.training.optimizers import LARGEST

if TYPE_CHECKING:
    from torch import Tensor, nn

# N samples, B of a batch, C classes, F features that leave the network

Form: TypeAlias = Literal["class", "row", "sign", "listed"]
"""How the class of a sample is written for a loss.

    class   its number (N,), int64
    row     1.0 at the class and 0.0 elsewhere (N, C); with a single output 0.0 or 1.0 (N, 1)
    sign    1.0 at the class and -1.0 elsewhere (N, C); with a single output -1.0 or 1.0 (N, 1)
    listed  the numbers of all classes of the sample, then -1 (N, C), int64
"""

Output: TypeAlias = Literal["any", "logits", "probabilities", "log_probabilities", "positive", "distances"]
"""What the loss takes an output for. `logits`: any real number, the larger the surer."""


@dataclass(frozen=True)
class LossSpec:
    name: str
    """A class of torch.nn."""
    form: Form | None
    """Of a class as its target; None if it cannot compare with classes."""
    output: Output
    regression: bool = False
    """Whether it compares with numbers, which are the target as they stand: float32 (N, *target_shape)."""
    single: bool = False
    """Whether one output is enough for two classes."""
    threshold: float = 0.5
    """With a single output: above it the answer is class 1."""
    squashes: Literal["", "softmax", "sigmoid"] = ""
    """What it applies to the output itself."""
    least_target: float | None = None
    """No number that it compares with may be below."""
    fields: tuple[Field, ...] = ()

    @property
    def wants_labels(self) -> bool:
        """Whether its target is the number of the class."""
        return self.form == "class"


def _above(name: str, default: float) -> Field:
    return Field(name, "real", default=default, above=0, maximum=LARGEST)


def _flag(name: str, default: bool) -> Field:
    return Field(name, "flag", default=default)


_MARGIN = Field("margin", "real", default=1.0, minimum=0, maximum=LARGEST)
LOSSES: Mapping[str, LossSpec] = {
    one.name: one
    for one in (
        LossSpec(
            "CrossEntropyLoss",
            "class",
            "logits",
            squashes="softmax",
            fields=(Field("label_smoothing", "real", default=0.0, minimum=0, maximum=1),),
        ),
        LossSpec("NLLLoss", "class", "log_probabilities"),
        LossSpec("MSELoss", "row", "any", regression=True, single=True),
        LossSpec("L1Loss", "row", "any", regression=True, single=True),
        LossSpec("HuberLoss", "row", "any", regression=True, single=True, fields=(_above("delta", 1.0),)),
        LossSpec("BCELoss", "row", "probabilities", single=True),
        LossSpec("BCEWithLogitsLoss", "row", "logits", single=True, threshold=0.0, squashes="sigmoid"),
        LossSpec(
            "SmoothL1Loss",
            "row",
            "any",
            regression=True,
            single=True,
            fields=(Field("beta", "real", default=1.0, minimum=0, maximum=LARGEST),),
        ),
        LossSpec(
            "PoissonNLLLoss",
            None,
            "any",
            regression=True,
            least_target=0.0,
            fields=(_flag("log_input", True), _flag("full", False), _above("eps", 1e-8)),
        ),
        LossSpec(
            "KLDivLoss",
            "row",
            "log_probabilities",
            fields=(Field("reduction", "choice", default="mean", choices=("mean", "batchmean")),),
        ),
        LossSpec(
            "MultiMarginLoss",
            "class",
            "logits",
            fields=(Field("p", "integer", default=1, minimum=1, maximum=2), _MARGIN),
        ),
        LossSpec("SoftMarginLoss", "sign", "logits", single=True, threshold=0.0, squashes="sigmoid"),
        LossSpec("MultiLabelSoftMarginLoss", "row", "logits", single=True, threshold=0.0, squashes="sigmoid"),
        LossSpec("MultiLabelMarginLoss", "listed", "logits"),
        LossSpec("HingeEmbeddingLoss", "sign", "distances", fields=(_MARGIN,)),
    )
}

LEFT_OUT: Mapping[str, str] = {
    "AdaptiveLogSoftmaxWithLoss": "holds a layer of its own and gives two results",
    "CTCLoss": "wants the length of each sequence and of each target beside them",
    "CosineEmbeddingLoss": "compares two outputs with each other",
    "GaussianNLLLoss": "wants a variance beside the output",
    "LinearCrossEntropyLoss": "holds a Linear of its own, which belongs on the canvas",
    "MarginRankingLoss": "compares two outputs with each other",
    "NLLLoss2d": "the old name of NLLLoss",
    "TripletMarginLoss": "compares three outputs with each other",
    "TripletMarginWithDistanceLoss": "compares three outputs with each other",
}
"""By class: why it is not offered. Every other loss of torch.nn is."""

HIDDEN: Mapping[str, str] = {
    "weight": "a tensor",
    "pos_weight": "a tensor",
    "size_average": "deprecated",
    "reduce": "deprecated",
    "reduction": "the mean of a batch: a sum grows with the batch, and none is no single number to learn from",
    "ignore_index": "every target counts; of a batch without one that does, the loss is nan",
    "log_target": "the target is made from the class, as a probability",
}
"""The arguments of torch's that no form shows, each with the reason. A KLDivLoss has two kinds of mean."""


def spec(name: str) -> LossSpec:
    """KeyError if there is no such loss."""
    return LOSSES[name]


def fields(name: str) -> tuple[Field, ...]:
    """The arguments of a loss. KeyError if there is no such loss."""
    return LOSSES[name].fields


def expects(choice: Choice) -> Output:
    """What a loss with these arguments takes an output for."""
    if choice.name == "PoissonNLLLoss" and choice.arguments.get("log_input") is False:
        return "positive"
    return spec(choice.name).output


def build(choice: Choice) -> nn.Module:
    """The torch.nn loss. ValueError or TypeError if torch refuses its arguments."""
    from torch import nn

    module: nn.Module = getattr(nn, choice.name)(**called_with(fields(choice.name), choice.arguments))
    return module


def prepare_targets(loss: str, targets_N: Tensor, classes: int, output_features: int) -> Tensor:
    """What the loss compares the network's output with: see `Form`. Numbers (no classes) are left as they are."""
    form = spec(loss).form
    if not classes or form is None:
        return targets_N
    return written(form, targets_N, classes, output_features)


def written(form: Form, labels_N: Tensor, classes: int, output_features: int) -> Tensor:
    """The numbers of the classes in a loss's form."""
    from torch.nn import functional

    if form == "class":
        return labels_N
    if form == "listed":
        return functional.pad(labels_N.unsqueeze(1), (0, classes - 1), value=-1)
    if classes == 2 and output_features == 1:
        rows_NC = labels_N.unsqueeze(1).float()
    else:
        rows_NC = functional.one_hot(labels_N, classes).float()
    return rows_NC if form == "row" else 2.0 * rows_NC - 1.0


def wrong_target(loss: str, targets_N: Tensor) -> float | None:
    """The smallest number to learn, if the loss can compare with none that is so small. Waits for the device."""
    least = spec(loss).least_target
    if least is None or not targets_N.numel():
        return None
    smallest = float(targets_N.min().item())
    return smallest if smallest < least else None


def answers(loss: str, outputs_BF: Tensor) -> Tensor:
    """The class that each row answers (B,): by the largest output, the smallest distance, or one output's threshold."""
    known = spec(loss)
    if known.single and outputs_BF.shape[1] == 1:
        return (outputs_BF[:, 0] > known.threshold).long()
    return outputs_BF.argmin(1) if known.output == "distances" else outputs_BF.argmax(1)
