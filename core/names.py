"""Which names a node may bear. A node's id becomes a Python attribute and a key of the state_dict."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Collection, Iterable

LONGEST_NAME = 80
"""Characters. Longer names help nobody and make files and errors unreadable."""

# Attributes of nn.Module and nn.Sequential: a child of that name would hide them. Held as text so that a layout can be
# checked before torch is imported; a test holds the list against the installed torch.
MODULE_ATTRIBUTES = frozenset(
    """
    T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches
    eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half insert ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters pop
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
    register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty
    train training type xpu zero_grad
    """.split()
)

# Names that the printed code uses for itself.
CODE_NAMES = frozenset({"self", "torch", "nn", "super"})

# Names that a printed script uses at its top level, and `model`, beside which blocks are built: no block may take them.
SCRIPT_NAMES = frozenset(
    """
    ACCUMULATE AveragedModel BATCH_SIZE BROKEN CIFAR10 CIFAR100 CLASSES CLIP_NORM CLIP_VALUE DATA_FOLDER EMA EMNIST
    EPOCHS FILE FOLDER FOLDERS FakeData FashionMNIST Image ImageOps KMNIST LABELS MNIST OrderedDict PATIENCE Path QMNIST
    SEED STL10 SVHN SummedLoss TARGETS_FILE THREADS Tensor USPS VOCABULARY WARMUP_STEPS as_days as_numbers augment blobs
    build_model by_ratio by_value central_crop circles color_jitter column drawn encoded evaluate gaussian_blur
    gaussian_noise get_ema_multi_avg_fn hills image_files known_names labelled line load_breast_cancer load_data
    load_diabetes load_digits load_iris load_wine main math model moons normalize np one_hot os pd pil_to_tensor plain
    prepare_targets random_affine random_crop random_erasing random_grayscale random_horizontal_flip random_invert
    random_resized_crop random_rotation random_vertical_flip re read_image samples sine sine_pieces spiral stratified
    syllables tokens_of train_epoch train_test_split transform unicodedata v2 warped waves xor
    """.split()
)


def name_problem(name: str) -> str | None:
    """The rule that a node id breaks (`name.empty`, `name.not_identifier`, `name.keyword` …), or None."""
    if not name:
        return "name.empty"
    if len(name) > LONGEST_NAME:
        return "name.too_long"
    # Python folds identifiers to NFKC, so another form would name one attribute in the file and another in the code.
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        return "name.not_identifier"
    if keyword.iskeyword(name):
        return "name.keyword"
    if name.startswith("_") or name in MODULE_ATTRIBUTES or name in CODE_NAMES:
        return "name.reserved"
    return None


def fresh_name(layer: str, taken: set[str] | frozenset[str]) -> str:
    """A name for a new node of `layer` that is not in `taken`: `linear`, `linear_2`, `linear_3` …"""
    stem = layer.lower()
    if name_problem(stem) is not None:
        stem += "_node"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem[: LONGEST_NAME - len(str(count)) - 1]}_{count}"
    return name


def another_name(name: str, taken: Collection[str]) -> str:
    """The name itself if it is free, else the next in its row: `conv_3` behind `conv_2`, `conv_2` behind `conv`."""
    return another_names((name,), taken)[name]


def another_names(names: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """The same of several names, one after the other: what one gets is taken for the next."""
    found: dict[str, str] = {}
    given: set[str] = set()
    # From which number to which all of a row are taken: a thousand copies of one row would count on a thousand times.
    full: dict[str, tuple[int, int]] = {}
    for name in names:
        wanted = name
        if name in taken or name in given:
            stem, number = _in_row(name)
            low, high = full.get(stem, (0, 0))
            begin = count = number + 1
            while wanted in taken or wanted in given:
                if low <= count < high:
                    begin, count = min(begin, low), high
                wanted = f"{stem[: LONGEST_NAME - len(str(count)) - 1]}_{count}"
                count += 1
            full[stem] = (begin, count)
        given.add(wanted)
        found[name] = wanted
    return found


def _in_row(name: str) -> tuple[str, int]:
    """`conv_2` is the second of the row of `conv`; `conv` itself the first."""
    stem, _, number = name.rpartition("_")
    counted = bool(stem) and number.isascii() and number.isdigit() and len(number) < 10 and not number.startswith("0")
    return (stem, int(number)) if counted else (name, 1)
