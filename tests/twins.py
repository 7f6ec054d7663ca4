"""For every network of the gallery the module that it equals, and what that module's state_dict calls its tensors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from torch import nn
from torchvision import models

from tests import handwritten

Replacement: TypeAlias = str | Callable[[re.Match[str]], str]


def as_it_is(theirs: str) -> str:
    return theirs


@dataclass(frozen=True)
class Twin:
    build: Callable[[], nn.Module]
    key: Callable[[str], str] = as_it_is
    """Our key of a tensor for theirs."""
    parameters: int | None = None
    """As torchvision publishes it."""
    size: int | None = None
    """Height and width of the images to try it on, where the network also takes smaller ones than its Input says."""
    same_start: bool = True
    """Whether it leaves its weights as torch's layers initialise them. Some of torchvision's do not."""


def renaming(*rules: tuple[str, Replacement]) -> Callable[[str], str]:
    """A key rule: each pattern that a key begins with is replaced, one rule after the other."""

    def key(theirs: str) -> str:
        for pattern, replacement in rules:
            theirs = re.sub(f"^{pattern}", replacement, theirs)
        return theirs

    return key


def numbered(before: str, names: Mapping[int, str]) -> tuple[tuple[str, Replacement], ...]:
    """Names for the members of a Sequential, which have numbers."""
    return tuple((rf"{before}\.{number}\.", f"{name}.") for number, name in names.items())


ALEXNET = renaming(
    *numbered("features", {0: "conv1", 3: "conv2", 6: "conv3", 8: "conv4", 10: "conv5"}),
    *numbered("classifier", {1: "fc6", 4: "fc7", 6: "fc8"}),
)
VGG = renaming(
    *numbered("features", {0: "conv1_1", 3: "conv2_1", 6: "conv3_1", 8: "conv3_2"}),
    *numbered("features", {11: "conv4_1", 13: "conv4_2", 16: "conv5_1", 18: "conv5_2"}),
    *numbered("classifier", {0: "fc6", 3: "fc7", 6: "fc8"}),
)
SQUEEZENET = renaming(
    *numbered("features", {0: "conv1", 3: "fire2", 4: "fire3", 6: "fire4", 7: "fire5"}),
    *numbered("features", {9: "fire6", 10: "fire7", 11: "fire8", 12: "fire9"}),
    *numbered("classifier", {1: "final_conv"}),
)

DOWNSAMPLE: tuple[tuple[str, Replacement], ...] = (
    (r"(.*)\.downsample\.0\.", r"\1.downsample_conv."),
    (r"(.*)\.downsample\.1\.", r"\1.downsample_bn."),
)
RESNET18 = renaming(*DOWNSAMPLE, (r"layer([234])\.(\d)\.", r"layer\1_\2."))
# The first Bottleneck of a stage projects its shortcut; those behind it are one node that is repeated.
DEEP_RESNET = renaming(
    *DOWNSAMPLE,
    (r"layer(\d)\.0\.", r"layer\1_0."),
    (r"layer(\d)\.(\d+)\.", lambda found: f"layer{found[1]}_rest.{int(found[2]) - 1}."),
)

INCEPTION = renaming(
    (r"(.*)\.branch([23])\.0\.", r"\1.branch\2_reduce."),
    (r"(.*)\.branch([234])\.1\.", r"\1.branch\2."),
)
DENSENET = renaming((r"(denseblock\d)\.denselayer(\d)\.", lambda found: f"{found[1]}.{int(found[2]) - 1}."))

BOTTLENECK = {
    "0.0": "expand.conv", "0.1": "expand.bn", "1.0": "depthwise.conv", "1.1": "depthwise.bn", "2": "project", "3": "bn"
}  # fmt: skip
SEPARABLE = {"0.0": "depthwise.conv", "0.1": "depthwise.bn", "1": "project", "2": "bn"}
# Where several of torchvision's features are alike they are one node that is repeated, and these have a shortcut.
REPEATED = {first + index: f"features_{first}.{index}" for first, count in ((5, 2), (8, 3), (12, 2), (15, 2))
            for index in range(count)} | {3: "features_3"}  # fmt: skip


def mobilenet(theirs: str) -> str:
    found = re.fullmatch(r"features\.(\d+)\.(?:conv\.)?([\d.]+)\.(\w+)", theirs)
    if found is None:
        return theirs.replace("classifier.1", "classifier")
    number, part, tensor = int(found[1]), found[2], found[3]
    if number in (0, 18):
        return f"features_{number}.{('conv', 'bn')[int(part)]}.{tensor}"
    if number == 1:
        return f"features_1.{SEPARABLE[part]}.{tensor}"
    place = f"{REPEATED[number]}.conv" if number in REPEATED else f"features_{number}"
    return f"{place}.{BOTTLENECK[part]}.{tensor}"


TWINS: Mapping[str, Twin] = {
    "alexnet": Twin(models.alexnet, ALEXNET, 61_100_840, 64),
    "vgg11": Twin(partial(models.vgg11, init_weights=False), VGG, 132_863_336, 64),
    "resnet18": Twin(models.resnet18, RESNET18, 11_689_512, 64, same_start=False),
    "resnet50": Twin(models.resnet50, DEEP_RESNET, 25_557_032, 64, same_start=False),
    "resnet152": Twin(models.resnet152, DEEP_RESNET, 60_192_808, 64, same_start=False),
    "mobilenet_v2": Twin(models.mobilenet_v2, mobilenet, 3_504_872, 64, same_start=False),
    "squeezenet1_1": Twin(models.squeezenet1_1, SQUEEZENET, 1_235_496, 70, same_start=False),
    "googlenet": Twin(partial(models.googlenet, aux_logits=False, init_weights=False), INCEPTION, 6_624_904, 64),
    "inception": Twin(handwritten.FashionInception, INCEPTION),
    "densenet": Twin(handwritten.DigitsDenseNet, DENSENET),
    "unet": Twin(handwritten.UNet, size=32),
    "lstm_classifier": Twin(handwritten.LSTMClassifier),
    "gru_classifier": Twin(handwritten.GRUClassifier),
    "transformer_encoder": Twin(handwritten.TransformerClassifier),
}
