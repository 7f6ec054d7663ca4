"""What recurrent layers refuse, and the batch that they would take for time without a word."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Mend, Problem
from core.rules import mends
from core.rules.site import Site
from core.signals import Shape, Signal


def recurrent_problems(site: Site) -> Iterator[Problem]:
    """Of RNN, GRU and LSTM: a projection that is too wide, states of another shape."""
    hidden, layers = site.number("hidden_size"), site.number("num_layers")
    projected = site.arguments.get("proj_size", 0)
    assert isinstance(projected, int)
    if projected >= hidden:
        mend = (site.leave_out("proj_size"),)
        yield site.problem("recurrent.projection", *mend, argument="proj_size", given=projected, hidden=hidden)
        return
    directions = 2 if site.arguments["bidirectional"] is True else 1
    batch: Shape = ()
    if len(site.shape) == 3:
        batch = (site.shape[0 if site.arguments["batch_first"] is True else 1],)
    for port, width in ((1, projected or hidden), (2, hidden)):
        state = site.received[port] if port < len(site.received) else None
        wanted = (directions * layers, *batch, width)
        if state is not None and state.shape != wanted:
            yield _state(site, port, state, wanted, *_state_mends(site, state.shape, wanted, directions))
            return
    yield from _advice(site)


def _state_mends(site: Site, received: Shape, wanted: Shape, directions: int) -> Iterator[Mend]:
    """At most one edit: the dimension of the layers is put in, or the layer takes after its states."""
    states = {port: state for port, state in enumerate(site.received) if port and state is not None}
    if any(state.shape != received for state in states.values()):
        return
    if received == wanted[1:] and wanted[0] == 1:
        yield mends.insert_each(tuple(site.edge(port) for port in states), "unsqueeze", {"dim": 0})
    if site.module_is_shared or len(received) != len(wanted):
        return
    different = [dim for dim, (size, fitting) in enumerate(zip(received, wanted, strict=True)) if size != fitting]
    layers, width = received[0], received[-1]
    if different == [0] and isinstance(layers, int) and layers % directions == 0:
        yield site.set("num_layers", layers // directions)
    elif different == [len(wanted) - 1] and isinstance(width, int) and not site.arguments.get("proj_size"):
        yield site.set("hidden_size", width)


def _advice(site: Site) -> Iterator[Problem]:
    if len(site.shape) == 3 and site.shape[0] == "N" and site.arguments["batch_first"] is not True:
        yield site.problem(
            "recurrent.batch_first", site.set("batch_first", True), argument="batch_first", severity="warning"
        )
    elif len(site.shape) == 2 and site.shape[0] == "N":
        yield site.problem("recurrent.batch_as_time", severity="warning")
    dropout = site.arguments["dropout"]
    if dropout and site.number("num_layers") == 1:
        yield site.problem("recurrent.dropout", site.leave_out("dropout"), argument="dropout", severity="warning")


def cell_problems(site: Site) -> Iterator[Problem]:
    """Of RNNCell, GRUCell and LSTMCell: states of another shape."""
    wanted = (*site.shape[:-1], site.number("hidden_size"))
    for port in range(1, len(site.received)):
        state = site.received[port]
        if state is not None and state.shape != wanted:
            yield _state(site, port, state, wanted)
            return


def _state(site: Site, port: int, state: Signal, wanted: Shape, *mend: Mend) -> Problem:
    name = site.entry.input_names[port]
    return site.problem("recurrent.state", *mend, input=name, received=state.shape, wanted=wanted)
