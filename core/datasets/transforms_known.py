"""Each transform: its arguments with their ranges, its call while training and in a test, and what shape leaves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.datasets import transform_steps as read
from core.datasets.transform_steps import Given, Shape, Step, Transform
from core.fields import Field

LARGEST = 4_096


def _size(example: int) -> Field:
    return Field("size", "size", required=True, example=example, minimum=1, maximum=LARGEST, dimensions=2)


def _chance(default: float) -> Field:
    return Field("p", "real", default=default, minimum=0, maximum=1)


def _share(default: tuple[float, float]) -> Field:
    return Field("scale", "real", default=default, above=0, maximum=1, dimensions=2, row=True)


def _ratio(default: tuple[float, float]) -> Field:
    return Field("ratio", "real", default=default, above=0, maximum=100, dimensions=2, row=True)


def _strength(name: str, most: float) -> Field:
    return Field(name, "real", default=0.0, minimum=0, maximum=most)


def _angles(name: str, default: float | None = None) -> Field:
    known: dict[str, object] = {"required": True, "example": 15.0} if default is None else {"default": default}
    return Field(name, "real", minimum=-360, maximum=360, dimensions=2, **known)  # type: ignore[arg-type]


INTERPOLATION = Field("interpolation", "choice", default="nearest", choices=("nearest", "bilinear"))
PADDING = Field("padding", "size", default=0, minimum=0, maximum=1_024, dimensions=0)
MEAN = Field("mean", "real", required=True, example=0.5, minimum=-1e30, maximum=1e30, dimensions=0)
STD = Field("std", "real", required=True, example=0.5, above=0, maximum=1e30, dimensions=0)
TRANSLATE = Field("translate", "real", default=(0.0, 0.0), minimum=0, maximum=1, dimensions=2, row=True)
SCALE = Field("scale", "real", default=(1.0, 1.0), above=0, maximum=100, dimensions=2, row=True)
KERNEL_SIZE = Field("kernel_size", "integer", required=True, example=3, minimum=1, maximum=101)
SIGMA = Field("sigma", "real", default=(0.1, 2.0), above=0, maximum=100, dimensions=2, row=True)
JITTER = (_strength("brightness", 10), _strength("contrast", 10), _strength("saturation", 10), _strength("hue", 0.5))
NOISE = (Field("mean", "real", default=0.0, minimum=-1e6, maximum=1e6), Field("sigma", "real", default=0.1, minimum=0))
VALUE = Field("value", "real", default=0.0, minimum=-1e6, maximum=1e6)


def _random(
    function: str, given_as: Callable[[Given], Given] | None = None, test: Callable[[Given], Step] | None = None
) -> Callable[[Given, Shape, bool], Step | None]:
    """A function of ours while training; in a test another call, or none."""

    def step(given: Given, shape: Shape, training: bool) -> Step | None:
        if training:
            return Step(function, given if given_as is None else given_as(given), random=True)
        return test(given) if test is not None else None

    return step


def _normalize(given: Given, shape: Shape, training: bool) -> Step:
    found = {"mean": read.row(given["mean"]), "std": read.row(given["std"])}
    return Step("v2.functional.normalize" if len(shape) == 3 else "normalize", found)


def _resize(given: Given, shape: Shape, training: bool) -> Step:
    return Step("v2.functional.resize", {"size": given["size"]})


def _centre(given: Given) -> Step:
    return Step("v2.functional.center_crop", {"output_size": read.pair(given["size"])})


def _reals(given: Given) -> Given:
    return {name: read.real(value) for name, value in given.items()}


def _crop(given: Given) -> Given:
    return {"size": read.pair(given["size"]), "padding": read.around(given["padding"])}


def _resized_crop(given: Given) -> Given:
    return {"size": read.pair(given["size"]), "scale": read.row(given["scale"]), "ratio": read.row(given["ratio"])}


def _rotation(given: Given) -> Given:
    return {"degrees": read.reach(given["degrees"]), "interpolation": given["interpolation"]}


def _affine(given: Given) -> Given:
    return {
        "degrees": read.reach(given["degrees"]),
        "translate": read.row(given["translate"]),
        "scale": read.row(given["scale"]),
        "shear": read.reach(given["shear"]),
        "interpolation": given["interpolation"],
    }


def _erasing(given: Given) -> Given:
    return {
        "p": read.real(given["p"]),
        "scale": read.row(given["scale"]),
        "ratio": read.row(given["ratio"]),
        "value": read.real(given["value"]),
    }


def _blur(given: Given) -> Given:
    return {"kernel_size": given["kernel_size"], "sigma": read.row(given["sigma"])}


def _varying(
    name: str,
    function: str,
    fields: tuple[Field, ...],
    given_as: Callable[[Given], Given] | None = None,
    colours: bool = False,
    images: bool = True,
) -> Transform:
    return Transform(name, fields, _random(function, given_as), images=images, varies=True, colours=colours)


_ALL = (
    Transform("Normalize", (MEAN, STD), _normalize, images=False),
    Transform("Resize", (_size(32),), _resize, read.resized),
    Transform("CenterCrop", (_size(28),), lambda given, shape, training: _centre(given), read.cut),
    Transform(
        "Pad",
        (PADDING,),
        lambda given, shape, training: Step("v2.functional.pad", {"padding": read.around(given["padding"])}),
        read.padded,
    ),
    Transform(
        "Grayscale",
        (),
        lambda given, shape, training: Step("v2.functional.rgb_to_grayscale", {"num_output_channels": 1}),
        read.gray,
        colours=True,
    ),
    Transform("RandomCrop", (_size(28), PADDING), _random("random_crop", _crop, _centre), read.cut),
    Transform(
        "RandomResizedCrop",
        (_size(28), _share((0.08, 1.0)), _ratio((3 / 4, 4 / 3))),
        _random(
            "random_resized_crop", _resized_crop, lambda given: Step("central_crop", {"size": read.pair(given["size"])})
        ),
        read.cut,
    ),
    _varying("RandomHorizontalFlip", "random_horizontal_flip", (_chance(0.5),), _reals),
    _varying("RandomVerticalFlip", "random_vertical_flip", (_chance(0.5),), _reals),
    _varying("RandomRotation", "random_rotation", (_angles("degrees"), INTERPOLATION), _rotation),
    _varying(
        "RandomAffine",
        "random_affine",
        (_angles("degrees"), TRANSLATE, SCALE, _angles("shear", 0.0), INTERPOLATION),
        _affine,
    ),
    _varying("ColorJitter", "color_jitter", JITTER, _reals, colours=True),
    _varying("RandomGrayscale", "random_grayscale", (_chance(0.1),), _reals, colours=True),
    _varying("RandomInvert", "random_invert", (_chance(0.5),), _reals, colours=True),
    _varying("GaussianBlur", "gaussian_blur", (KERNEL_SIZE, SIGMA), _blur),
    _varying("GaussianNoise", "gaussian_noise", NOISE, _reals, images=False),
    _varying(
        "RandomErasing", "random_erasing", (_chance(0.5), _share((0.02, 0.33)), _ratio((0.3, 3.3)), VALUE), _erasing
    ),
)
TRANSFORMS: Mapping[str, Transform] = {one.name: one for one in _ALL}
"""In the order in which they are offered."""
