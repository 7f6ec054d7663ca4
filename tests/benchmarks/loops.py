"""Training loops as people write them, in a process of their own: what the program is measured against."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from time import perf_counter


def bare(layout_text: str, seconds: float) -> float:
    """Samples per second of a plain loop over resident tensors that keeps no number and tests after each epoch."""
    import torch
    from torch import nn

    model, splits, loss_of, optimizer, config = _made(layout_text)
    inputs, targets = splits.train_inputs, splits.train_targets

    def epoch() -> Iterator[int]:
        order = torch.randperm(len(inputs))
        for start in range(0, len(order), config.batch_size):
            index = order[start : start + config.batch_size]
            optimizer.zero_grad()
            loss = loss_of(model(inputs[index]), targets[index])
            loss.backward()
            optimizer.step()
            yield len(index)

    assert isinstance(model, nn.Module)
    return _pace(model, epoch, splits, seconds)


def loader(layout_text: str, seconds: float) -> float:
    """Samples per second of the usual loop: torchvision's data set with ToTensor, a DataLoader, loss.item()."""
    from torch.utils.data import DataLoader
    from torchvision import datasets
    from torchvision.transforms import ToTensor

    from core.datasets import data_folder

    model, splits, loss_of, optimizer, config = _made(layout_text)
    kind = getattr(datasets, config.dataset.name)
    loader = DataLoader(kind(data_folder(), train=True, transform=ToTensor()), config.batch_size, shuffle=True)

    def epoch() -> Iterator[int]:
        for images, labels in loader:
            loss = loss_of(model(images), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
            yield len(images)

    return _pace(model, epoch, splits, seconds)


def program(layout_text: str, seconds: float) -> float:
    """Samples per second of the program's own training without a window, as `main.py train` does it."""
    from core.storage import loads
    from core.training.events import Started, Steps
    from core.training.run import run_training

    began, first, samples = None, 0, 0.0
    for event in (run := run_training(loads(layout_text), "cpu")):
        if isinstance(event, Started):
            started, samples = perf_counter(), event.train_size / event.steps_per_epoch
        if not isinstance(event, Steps):
            continue
        now = perf_counter()
        if began is None and now - started >= seconds / 5:
            began, first = now, run.step
        elif began is not None and now - began >= seconds:
            run.close()
            return (run.step - first) * samples / (now - began)
    raise RuntimeError(f"the run ended early: {event}")


def _made(layout_text: str):  # type: ignore[no-untyped-def]
    import torch

    from core.compiler import compile_model
    from core.datasets import load
    from core.shapes import infer
    from core.storage import loads
    from core.training import losses, optimizers

    layout = loads(layout_text)
    config = layout.training
    torch.manual_seed(config.seed)
    model = compile_model(infer(layout))
    optimizer = optimizers.build(config.optimizer, model.parameters())
    return model, _scaled(load(config.dataset)), losses.build(config.loss), optimizer, config


def _scaled(splits):  # type: ignore[no-untyped-def]
    """A bare loop keeps what the network takes: pictures of bytes become numbers from 0 to 1 once, before it starts."""
    import torch

    if splits.train_inputs.dtype != torch.uint8:
        return splits
    train, test = (part.float().div_(255) for part in (splits.train_inputs, splits.test_inputs))
    return replace(splits, train_inputs=train, test_inputs=test)


def _pace(model, epoch: Callable[[], Iterator[int]], splits, seconds: float) -> float:  # type: ignore[no-untyped-def]
    """Samples per second over so many seconds, after a fifth of them to warm up."""
    import torch

    began, count, warm = perf_counter(), 0, False
    while True:
        model.train()
        for samples in epoch():
            count += samples
            passed = perf_counter() - began
            if not warm and passed >= seconds / 5:
                began, count, warm = perf_counter(), 0, True
            elif warm and passed >= seconds:
                return count / passed
        model.eval()
        with torch.no_grad():
            for start in range(0, len(splits.test_inputs), 1_000):
                model(splits.test_inputs[start : start + 1_000]).argmax(1)


def _serve(connection: Connection) -> None:
    import torch

    while True:
        asked = connection.recv()
        if asked is None:
            return
        loop, layout_text, seconds, threads = asked
        torch.set_num_threads(threads)
        connection.send(loop(layout_text, seconds))


class Loops:
    """Use as a context: the process that runs them."""

    def __enter__(self) -> Loops:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.send(None)
        self._process.join()

    @property
    def process_id(self) -> int | None:
        return self._process.pid

    def run(self, loop: Callable[[str, float], float], layout_text: str, seconds: float, threads: int = 1) -> float:
        self._connection.send((loop, layout_text, seconds, threads))
        return float(self._connection.recv())
