"""Several processes that train one network together, started by torch's own launcher.

torchrun --nproc-per-node 2 main.py train FILE

The launcher says in the environment which process this one is; all they say to each other goes through
torch.distributed: nccl between NVIDIA's graphics cards, gloo between processors. The process of rank 0 speaks for all.
Importing needs no torch.
"""

from __future__ import annotations

import pickle
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import sleep
from typing import TYPE_CHECKING, Any

from core.training.devices import resolve
from core.training.events import Failed, Noticed
from core.training.place import Place

if TYPE_CHECKING:
    from torch import nn

SYNCHRONISED = ("cuda", "xpu")
"""Where torch has a SyncBatchNorm, and where every process can have a device of its own."""
LOST = "training_failure.process_lost"
_POLL = 0.1
"""Seconds between two looks whether the data are there."""
_AGREEING = timedelta(seconds=5)
# How gloo, nccl and the store say that another process is gone.
_GONE = ("gloo", "Gloo", "NCCL", "Connection closed", "Connection reset", "Broken pipe", "socket", "TCPStore")


def lost(error: BaseException) -> bool:
    """Whether an exception means that another process is gone."""
    return isinstance(error, (RuntimeError, OSError)) and any(words in str(error) for words in _GONE)


class Group:
    """The processes, once all have come together."""

    def __init__(self, place: Place) -> None:
        """Waits for all of them. RuntimeError if they do not find each other."""
        from torch import distributed

        self.place = place
        self.asked: Callable[[], bool] = lambda: False
        """Whether a person wants this process to end."""
        self.stopping = False
        """Whether one of the processes was asked to end when all last spoke to each other."""
        store, _, _ = next(distributed.rendezvous("env://"))
        self._store = distributed.PrefixStore("layerloom", store)
        # Without a name of its own every device gets the backend that torch thinks best for it.
        distributed.init_process_group(
            store=distributed.PrefixStore("training", store), rank=place.rank, world_size=place.count
        )

    @property
    def first(self) -> bool:
        """Whether this process speaks for all."""
        return self.place.rank == 0

    def leave(self) -> None:
        """After a good end."""
        from torch import distributed

        distributed.destroy_process_group()

    def gather(self, value: Any) -> list[Any]:
        """What every process has to say, by rank. Waits until all have said it; no tensor may be on a device."""
        from torch import distributed

        everything: list[Any] = [None] * self.place.count
        distributed.all_gather_object(everything, value)
        return everything

    def from_first(self, value: Any = None) -> Any:
        """What the first process has to say."""
        from torch import distributed

        said = [value]
        distributed.broadcast_object_list(said)
        return said[0]

    def as_first(self, model: nn.Module) -> None:
        """Give a network's buffers the first process's values: only there does somebody see them."""
        from torch import distributed

        for buffer in model.buffers():
            distributed.broadcast(buffer, 0)

    def device(self, wanted: str) -> tuple[str, Noticed | None]:
        """Where this process trains, and what is to be said about it. LookupError as of `devices.resolve`.

        Each process of a machine has an accelerator of its own, that of its local rank.
        """
        import torch

        kind = wanted.partition(":")[0]
        noticed = None
        if kind == "auto":
            found = torch.accelerator.current_accelerator(check_available=True)
            kind = found.type if found is not None and found.type in SYNCHRONISED else "cpu"
            devices = torch.accelerator.device_count() if kind != "cpu" else 0
            if kind != "cpu" and devices < self.place.local_count:
                values = {"processes": self.place.local_count, "devices": devices, "kind": kind}
                kind, noticed = "cpu", Noticed("training_notice.few_devices", values)
        if kind == "mps":
            raise LookupError("mps_alone")
        if kind == "cpu":
            return "cpu", noticed
        name = resolve(f"{kind}:{self.place.local_rank}")
        torch.accelerator.set_device_index(self.place.local_rank)
        return name, None

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """What the processes of one machine may not do at once: the first does it, the others find it done."""
        done = f"done/{self.place.node}"
        # Looked at now and then: a wait inside of the store could not be interrupted.
        while self.place.local_rank and not self._store.check([done]):
            sleep(_POLL)
        yield
        if not self.place.local_rank:
            self._store.set(done, "1")

    def cause(self, failed: Failed) -> Failed:
        """The failure that came first in any of the processes; what follows from it is not told."""
        try:
            if self._store.add("failures", 1) == 1:
                self._store.set("failure", b64encode(pickle.dumps(failed)).decode())
                return failed
            return self.failure(_AGREEING) or failed
        # With the first process its store can go.
        except RuntimeError:
            return failed

    def failure(self, patience: timedelta = timedelta(0)) -> Failed | None:
        """What went wrong in any of the processes."""
        try:
            if patience:
                self._store.wait(["failure"], patience)
            elif not self._store.check(["failure"]):
                return None
            found: Failed = pickle.loads(b64decode(self._store.get("failure")))
            return found
        except RuntimeError:
            return None
