"""Random valid networks: grown forward from their Inputs, a layer or operation at a time, whatever takes what is there.

Everything is drawn from one `Random`, which may be Hypothesis': then a failing network shrinks to a small one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random

import torch
from hypothesis import strategies as st
from torch import Tensor

from core.catalogue import ENTRIES, Entry
from core.inference import Inference, NodeFacts
from core.layout import Edge, Layout, Node
from core.outcome import Signals
from core.shapes import infer
from core.signals import Shape, Signal, sized, values_in
from core.steps import Source
from core.values import Value
from tests.case_files import Case, read_cases
from tests.graphs import NO_DATA
from tests.random_annotations import annotated, some_muted
from tests.random_arguments import random_arguments
from tests.random_blocks import wrapped
from tests.real_run import inferred

LARGEST_VALUES = 4_000
"""Of one sample: the networks are run, thousands of them."""
LARGEST_PARAMETERS = 60_000
LARGEST_COST = 4_000_000
TRIES = 12
"""For a node that the network accepts."""

# What these read are places in a table or in another tensor. Only an Input's values are known to be good ones.
LOOKUPS = frozenset({"Embedding", "EmbeddingBag", "one_hot", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"})

NAMES = (
    "x y out value conv norm h hidden data input output result forward_1 model logits tensor images channels stride "
    "dim width size list int str print match case lstm lstm_h_n torch_1 functional F layer block_1 l O 층 함수 return_ "
    "in_channels relu cat Network Tensor OrderedDict build_model range value_2 x_2 out_2 argument n"
).split()
"""Some of which the printed code uses for itself."""

SHAPES: Sequence[tuple[tuple[int, ...], str]] = (
    *[(shape, "float32") for shape in ((6,), (8,), (1,), (5, 6), (4, 8), (8, 12), (1, 8, 8), (3, 8, 8), (4, 6, 5))],
    *[(shape, "float32") for shape in ((8, 4, 4), (2, 4, 4, 4), ())],
    *[(shape, "int64") for shape in ((5,), (7,), (3, 4), ())],
    ((5,), "bool"),
)


@st.composite
def layouts(draw: st.DrawFn, blocks: bool = True) -> Layout:
    """Valid layouts without a data set, as a person might have drawn them."""
    return random_layout(draw(st.randoms(use_true_random=False)), blocks)


def random_layout(random: Random, blocks: bool = True) -> Layout:
    """A layout without errors, of one to about a dozen nodes."""
    layout = None
    while layout is None:
        growth = Growth(random)
        growth.start()
        for _ in range(random.randint(0, 8)):
            growth.step()
        layout = _valid(growth.finished())
    for _ in range(random.choice((0, 0, 1, 1, 2, 3)) if blocks else 0):
        layout = wrapped(layout, random)
    if random.random() < 0.5:
        layout = some_muted(layout, random)
    return annotated(layout, random) if random.random() < 0.5 else layout


def _valid(layout: Layout) -> Layout | None:
    """The layout with what the whole has against a node mended, such as writing in place; None if it has no mend."""
    for _ in range(12):
        errors = infer(layout).errors
        if not errors:
            return layout
        if not errors[0].mends:
            return None
        layout = errors[0].mends[0].edit(layout)
    return None


def used_layers(layout: Layout) -> set[str]:
    """Every layer and operation of the network and of its blocks."""
    graphs = (layout.nodes, *(block.nodes for block in layout.blocks.values()))
    return {node.layer for nodes in graphs for node in nodes.values()} & ENTRIES.keys()


def batch_of(inference: Inference, batch: int, seed: int = 0) -> tuple[Tensor, ...]:
    """A tensor for each Input: reals, small whole numbers, truth values."""
    generator = torch.Generator().manual_seed(seed)
    lookups = bool(used_layers(inference.layout) & LOOKUPS)
    found: list[Tensor] = []
    for signal in inference.results("Input"):
        assert signal is not None
        shape, dtype = sized(signal.shape, batch), getattr(torch, signal.dtype)
        if dtype.is_floating_point:
            found.append(torch.rand(shape, generator=generator, dtype=torch.float64).to(dtype))
        else:
            # Zero is a good place in every table.
            found.append(torch.randint(0, 1 if lookups else 2, shape, generator=generator).to(dtype))
    return tuple(found)


@cache
def _cases() -> Mapping[str, tuple[Case, ...]]:
    found: dict[str, list[Case]] = {}
    for case in read_cases("layers"):
        found.setdefault(case.layer, []).append(case)
    return {layer: tuple(cases) for layer, cases in found.items()}


class Growth:
    """A network that grows: its nodes so far, and the signal of each of their outputs."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.live: dict[Source, Signal] = {}
        self.facts: dict[str, NodeFacts] = {}

    def start(self) -> None:
        """One to three Inputs, of any shapes or of those that some layer takes."""
        random = self.random
        if random.random() < 0.6:
            cases = _cases()[random.choice(sorted(_cases()))]
            if self._from_case(random.choice(cases)):
                return
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            shape, dtype = random.choice(SHAPES)
            self._input(shape, dtype)

    def step(self) -> None:
        """One more node, if one is found that takes what is there."""
        for _ in range(TRIES):
            kind = self.random.random()
            if kind < 0.1 and self._shared():
                return
            if kind < 0.2 and self._product():
                return
            layer = self.random.choice(LAYERS)
            sources = self._sources(ENTRIES[layer])
            if sources is None:
                continue
            signals = self._signals(sources)
            arguments = random_arguments(layer, signals, _cases().get(layer, ()), self.random)
            if self._added(Node(layer, arguments, frozen=self._freezes(layer)), sources):
                return

    def finished(self) -> Layout:
        """The network with an Output behind every loose end, and behind some values that are read already."""
        read = {edge.source for edge in self.edges}
        ends = [source for source in self.live if source[0] not in read and source[1] == 0]
        ends += [source for source in self.live if source not in ends and self.random.random() < 0.08]
        for end in ends:
            name = self._name("Output")
            self.nodes[name] = Node("Output")
            self.edges.append(Edge(end[0], name, end[1]))
        title = self.random.choice(("", "Random network", "a 7 net", '"""quoted\\', "이름", "Tensor", "x" * 60))
        return Layout(title, self._in_some_order(), tuple(self.edges), NO_DATA)

    def _in_some_order(self) -> dict[str, Node]:
        keys = list(self.nodes)
        if self.random.random() < 0.2:
            self.random.shuffle(keys)
        return {key: self.nodes[key] for key in keys}

    def _name(self, layer: str) -> str:
        random, taken = self.random, self.nodes.keys()
        name = random.choice(NAMES) if random.random() < 0.6 else f"{layer.lower()}_node"
        while name in taken:
            name = f"{name}_{random.randint(2, 9)}"
        return name

    def _input(self, shape: Sequence[int], dtype: str) -> Source:
        name = self._name("Input")
        arguments: dict[str, Value] = {"shape": tuple(shape)}
        if dtype != "float32":
            arguments["dtype"] = dtype
        self.nodes[name] = Node("Input", arguments)
        self.live[name, 0] = Signal(("N", *shape), dtype)
        return name, 0

    def _from_case(self, case: Case) -> bool:
        """The layer of a case, on Inputs made for it. A batch in the second place is brought there."""
        if any(signal is not None and "N" not in signal.shape[:2] for signal in case.inputs):
            return False
        sources = [None if signal is None else self._made(signal.shape, signal.dtype) for signal in case.inputs]
        return self._added(Node(case.layer, case.arguments, frozen=self._freezes(case.layer)), sources)

    def _made(self, shape: Shape, dtype: str) -> Source:
        place = shape.index("N")
        source = self._input([size for size in shape if isinstance(size, int)], dtype)
        if place == 0:
            return source
        self._added(Node("transpose", {"dim0": 0, "dim1": 1}), [source])
        return list(self.live)[-1]

    def _sources(self, entry: Entry) -> list[Source | None] | None:
        """An output for each input of a layer, as far as ranks and kinds say; None if nothing fits."""
        random = self.random
        if entry.name.startswith("MaxUnpool"):
            return self._unpooled(entry)
        found: list[Source | None] = []
        count = entry.inputs + (random.choice((0, 0, 1, 2)) if entry.variadic else 0)
        for port in range(count):
            if port < entry.inputs and not entry.needs(port) and random.random() < 0.6:
                found.append(None)
                continue
            fitting = [source for source in self.live if self._fits(entry, port, source)]
            first = found[0] if found else None
            if first is not None and first in fitting and random.random() < 0.4:
                found.append(first)
                continue
            alike = [source for source in fitting if first and self.live[source].shape == self.live[first].shape]
            if alike and random.random() < 0.6:
                fitting = alike
            if not fitting:
                return None
            # Younger ones more often, so that networks get deep.
            found.append(random.choice(fitting[-3:] if random.random() < 0.6 else fitting))
        return found

    def _fits(self, entry: Entry, port: int, source: Source) -> bool:
        signal, kind = self.live[source], entry.kind(port)
        if entry.name in LOOKUPS and signal.dtype == "int64" and self.nodes[source[0]].layer != "Input":
            return False
        if port == 0 and entry.ranks and len(signal.shape) not in entry.ranks:
            return False
        if "BatchNorm" in entry.name and signal.shape[0] != "N":
            # Of one sample without a batch, a norm may find one value a channel, which it refuses to train on.
            return False
        if entry.name == "LocalResponseNorm" and len(signal.shape) == 5:
            # Torch makes a view of what it receives, which volumes that were turned do not allow.
            return False
        integer, real = signal.dtype == "int64", "float" in signal.dtype
        return {"real": real, "integer": integer, "number": integer or real, "mask": True, "any": True}[kind]

    def _unpooled(self, entry: Entry) -> list[Source | None] | None:
        pools = [key for key, node in self.nodes.items() if node.layer == entry.name.replace("Unpool", "Pool")]
        pools = [key for key in pools if (key, 1) in self.live]
        if not pools:
            return None
        pool = self.random.choice(pools)
        return [(pool, 0), (pool, 1), *[None] * (entry.inputs - 2)]

    def _shared(self) -> bool:
        """The module of an earlier node once more."""
        layers = [key for key, node in self.nodes.items() if node.shares is None and _is_layer(node.layer)]
        if not layers:
            return False
        owner = self.random.choice(layers)
        sources = self._sources(ENTRIES[self.nodes[owner].layer])
        return sources is not None and self._added(Node(self.nodes[owner].layer, shares=owner), sources)

    def _product(self) -> bool:
        """A tensor times itself, turned."""
        real = [source for source, signal in self.live.items() if "float" in signal.dtype]
        matrices = [source for source in real if len(self.live[source].shape) >= 3]
        if not matrices:
            return False
        source = self.random.choice(matrices)
        if not self._added(Node("transpose", {"dim0": -2, "dim1": -1}), [source]):
            return False
        layer = self.random.choice(("matmul", "bmm"))
        return self._added(Node(layer), [source, list(self.live)[-1]])

    def _freezes(self, layer: str) -> bool:
        # What has no parameters yet cannot be frozen.
        return _is_layer(layer) and not ENTRIES[layer].lazy and self.random.random() < 0.1

    def _signals(self, sources: Sequence[Source | None]) -> Signals:
        return tuple(None if source is None else self.live[source] for source in sources)

    def _added(self, node: Node, sources: Sequence[Source | None]) -> bool:
        """Whether the node takes these and is not too large; then it is there."""
        signals = self._signals(sources)
        owner = self.facts.get(node.shares or "")
        arguments = node.arguments if owner is None else owner.arguments
        found = inferred(node.layer, arguments, signals)
        facts = found.nodes["layer"]
        if found.errors or not facts.outputs or facts.parameters > LARGEST_PARAMETERS:
            return False
        if any(isinstance(size, str) for signal in facts.outputs for size in signal.shape[2:]):
            # A network whose windows and paddings run over the batch works for some batches and not for others.
            return False
        if facts.multiply_adds > LARGEST_COST or any(values_in(s.shape) > LARGEST_VALUES for s in facts.outputs):
            return False
        name = self._name(node.layer)
        self.nodes[name] = node
        self.facts[name] = facts
        for port, source in enumerate(sources):
            if source is not None:
                self.edges.append(Edge(source[0], name, source[1], port))
        for output, signal in enumerate(facts.outputs):
            self.live[name, output] = signal
        return True


def _is_layer(layer: str) -> bool:
    return ENTRIES[layer].category not in ("operation", "in_out")


LAYERS = [name for name, entry in ENTRIES.items() if entry.category != "in_out"]
