"""Dimensions and places in them: what is cut out of a tensor, and which dimension an operation works along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.operations.asked import Call, Refusal

# Which arguments are dimensions of the first input, and how many more than it has there are.
PLACES: Mapping[str, int] = {"dim": 0, "dims": 0, "dim0": 0, "dim1": 0, "start_dim": 0, "end_dim": 0}
ONE_MORE = frozenset({"stack", "unsqueeze"})

INDEXING = frozenset(
    "select slice narrow chunk split unflatten cat arange generate_square_subsequent_mask glu transpose".split()
)


def dimension_problems(call: Call) -> Iterator[Refusal]:
    """A dimension that is not there, or the same one twice."""
    rank = len(call.shape) + (call.name in ONE_MORE)
    for name in PLACES:
        value = call.arguments.get(name)
        if value is None:
            continue
        dims = call.numbers(name)
        for dim in dims:
            # Torch takes a single number for one dimension where there is none at all, but indexing does not.
            if not -max(rank, 1) <= dim < max(rank, 1) or (rank == 0 and call.name in INDEXING):
                fits = 1 if rank > 1 and isinstance(value, int) else None
                yield call.refused("argument.dim", name, fits, given=dim, lowest=-rank, highest=max(rank, 1) - 1)
                return
        if len({dim % max(rank, 1) for dim in dims}) < len(dims):
            yield call.refused("operation.same_dim", name)
            return


def batch_cut_problems(call: Call) -> Iterator[Refusal]:
    """Pieces of the batch: how many samples it holds is not known."""
    dim = call.number("dim")
    if not isinstance(call.shape[dim], int):
        yield call.refused("argument.batch_dim", "dim", call.other_dim)


def chunk_problems(call: Call) -> Iterator[Refusal]:
    size, chunks = _size(call), call.number("chunks")
    piece = -(-size // chunks)
    pieces = -(-size // max(piece, 1))
    if pieces != chunks:
        yield call.refused("operation.chunk", "chunks", pieces or None, size=size, pieces=pieces)


def split_problems(call: Call) -> Iterator[Refusal]:
    sections, size = call.numbers("split_size_or_sections"), _size(call)
    if sum(sections) != size:
        rest = size - sum(sections[:-1])
        fits = (*sections[:-1], rest) if rest > 0 else None
        yield call.refused("operation.split", "split_size_or_sections", fits, size=size, whole=sum(sections))


def select_problems(call: Call) -> Iterator[Refusal]:
    size, index = call.shape[call.number("dim")], call.number("index")
    if not isinstance(size, int):
        # Whatever the batch, it has a first and a last sample.
        if index not in (0, -1):
            yield call.refused("argument.batch_dim", "dim", call.other_dim)
    elif not -size <= index < size:
        yield call.refused("operation.index", "index", -1 if size else None, lowest=-size, highest=size - 1, size=size)


def narrow_problems(call: Call) -> Iterator[Refusal]:
    size, start, length = _size(call), call.number("start"), call.number("length")
    first = start + size if start < 0 else start
    if not 0 <= first < size:
        yield call.refused("operation.index", "start", 0 if size else None, lowest=-size, highest=size - 1, size=size)
    elif first + length > size:
        yield call.refused("operation.length", "length", size - first, size=size, most=size - first)


def slice_problems(call: Call) -> Iterator[Refusal]:
    """Python cuts a slice to what is there; nothing at all is no tensor to compute with."""
    start, stop, step = (call.optional(name) for name in ("start", "stop", "step"))
    size = _size(call)
    if not len(range(size)[start:stop:step]):
        places = {"start": 0 if start is None else start, "stop": size if stop is None else stop}
        yield call.refused("operation.empty", "start", size=size, **places)


def squeeze_problems(call: Call) -> Iterator[Refusal]:
    """A batch of one sample would lose its dimension, and no other batch would."""
    if any(not isinstance(call.shape[dim], int) for dim in call.numbers("dim") if call.shape):
        yield call.refused("argument.batch_dim", "dim", call.other_dim)


def mask_sizes_problems(call: Call) -> Iterator[Refusal]:
    """A mask between time steps is as large as the sequence is long, whatever the batch."""
    if not isinstance(call.shape[call.number("dim")], int):
        yield call.refused("argument.batch_dim", "dim", call.other_dim)


def halves_problems(call: Call) -> Iterator[Refusal]:
    size = call.shape[call.number("dim")]
    if not isinstance(size, int):
        yield call.refused("argument.batch_dim", "dim", call.other_dim)
    elif size % 2:
        yield call.refused("shape.glu_odd", "dim", size=size)


def _size(call: Call) -> int:
    size = call.shape[call.number("dim")]
    assert isinstance(size, int)
    return size
