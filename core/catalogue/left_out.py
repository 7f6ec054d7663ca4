"""The classes of torch.nn that are no layer of a network, each with the reason. A test holds this against torch."""

from __future__ import annotations

from collections.abc import Mapping

LOSS = "a loss: it belongs to training"
CONTAINER = "a container: the canvas, blocks and repeated blocks hold layers together"
BASE = "the base of other classes: it is not used by itself"

NOT_OFFERED: Mapping[str, str] = {
    **dict.fromkeys(
        "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss "
        "HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss "
        "MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss PoissonNLLLoss SmoothL1Loss SoftMarginLoss "
        "TripletMarginLoss TripletMarginWithDistanceLoss".split(),
        LOSS,
    ),
    **dict.fromkeys("ModuleDict ModuleList ParameterDict ParameterList Sequential".split(), CONTAINER),
    **dict.fromkeys("Module RNNBase RNNCellBase".split(), BASE),
    "AdaptiveLogSoftmaxWithLoss": "a loss: it takes the targets and gives the loss beside its output",
    "Container": "deprecated: torch refers to ModuleList and ModuleDict",
    "NLLLoss2d": "deprecated: torch refers to NLLLoss",
    "DataParallel": "spreads a whole model over devices: where a model runs is no layer of it",
}
"""By class: why it is not offered. Every other Module class of torch.nn is in the catalogue."""
