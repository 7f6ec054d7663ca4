"""Every test runs alone: settings and data in its own folders, no screen needed, nothing left running behind it."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import multiprocessing
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING

# Before anything imports Qt or the program. A person's own settings and data are never touched.
_HOME = tempfile.mkdtemp(prefix="layerloom-tests-")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LAYERLOOM_DATA"] = os.path.join(_HOME, "data")
os.environ["LAYERLOOM_RUNS"] = os.path.join(_HOME, "runs")
os.environ["LAYERLOOM_LANGUAGE"] = "en"
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[_variable] = os.path.join(_HOME, _variable.lower())
# The tests run side by side, one process to a core: more threads than one would only wait for each other. And the last
# bits of a sum depend on how many threads share it.
os.environ["OMP_NUM_THREADS"] = "1"

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from PySide6.QtCore import QSettings, QStandardPaths  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from pytestqt.qtbot import QtBot  # noqa: E402
from repository import REPOSITORY  # noqa: E402

if TYPE_CHECKING:
    from gui.training_session import TrainingSession

_NUMBERS = itertools.count()
PATIENCE = 30.0
"""Seconds that a thread or process may take to end once a test has let it go."""
LONGEST_WAIT = 180_000
"""Milliseconds after which a fact that a test waits for will not come: on a busy machine torch alone may take 60 s."""
MOST_WORKERS = 4
"""Processes that `-n auto` divides the tests among: each needs up to 3 GB of memory, however many cores there are."""


# What takes long on a machine that does something else too is no mistake.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


class PatientBot(QtBot):
    """pytest-qt's own gives up after five seconds."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=LONGEST_WAIT)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=LONGEST_WAIT)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=LONGEST_WAIT)
    waitActive = partialmethod(QtBot.waitActive, timeout=LONGEST_WAIT)
    waitExposed = partialmethod(QtBot.waitExposed, timeout=LONGEST_WAIT)
    waitCallback = partialmethod(QtBot.waitCallback, timeout=LONGEST_WAIT)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long tests first, so that no process is left with one of them when the others have ended."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_sessionfinish() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


# pytest does not come to its end where an option is wrong or a module cannot be imported.
atexit.register(pytest_sessionfinish)


@pytest.fixture(scope="session")
def datasets_folder() -> Path:
    """A folder with real image data in torchvision's layout. Tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("LAYERLOOM_TEST_DATA") or REPOSITORY.parent / "shared" / "datasets")
    if not (folder / "FashionMNIST" / "raw" / "train-images-idx3-ubyte").is_file():
        pytest.skip("no Fashion-MNIST files: set LAYERLOOM_TEST_DATA to a folder that has them")
    return folder


@pytest.fixture(scope="session")
def script_forge() -> Iterator[object]:
    """Where printed scripts run without each importing torch; None where a process cannot be forked."""
    if not hasattr(os, "fork") or sys.platform == "darwin":
        yield None
        return
    from tests.script_forge import ScriptForge

    forge = ScriptForge()
    try:
        yield forge
    finally:
        forge.close()


@pytest.fixture
def own_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This test's runs are kept where no other test's are."""
    monkeypatch.setenv("LAYERLOOM_RUNS", str(tmp_path))


@pytest.fixture(scope="module")
def process_owner(qapp: QApplication) -> Iterator[TrainingSession]:
    """The session whose process all tests of a module share."""
    # Only those that train: it imports the program.
    from learning import owned

    with owned() as session:
        yield session


@pytest.fixture
def session(process_owner: TrainingSession, qtbot: QtBot) -> Iterator[TrainingSession]:
    """One whose process is warm and idle; most tests of a module share it, as a person's runs do."""
    from learning import idle

    with idle(process_owner, qtbot) as session:
        yield session


@pytest.fixture(autouse=True)
def own_settings() -> None:
    """What a window remembers is forgotten before the next test."""
    # Linux follows the variables above; in its test mode Qt would rather take one folder that all processes share.
    if not sys.platform.startswith("linux"):
        QStandardPaths.setTestModeEnabled(True)
    # Only a test that keeps something has a folder made, by Qt: many thousand take half a minute to make and remove.
    folder = os.path.join(_HOME, f"settings-{next(_NUMBERS)}")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail the test that leaves a thread or a child process behind, and name it."""
    threads, processes = set(threading.enumerate()), set(_children())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - threads if not _ended(thread)]
    for child in multiprocessing.active_children():
        if child.pid not in processes:
            child.join(PATIENCE)
    left += [f"process {pid}: {_command(pid)}" for pid in set(_children()) - processes if not _gone(pid)]
    assert not left, f"left running: {', '.join(left)}"


@pytest.fixture
def x_display() -> Iterator[str]:
    """An X server of its own for tests marked `xwindow`: its display, such as `:7`."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb here")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _ended(thread: threading.Thread) -> bool:
    # A thread that Qt or torch started and Python merely met has no end that Python could wait for.
    if isinstance(thread, threading._DummyThread):
        return True
    thread.join(PATIENCE)
    return not thread.is_alive()


def _children() -> list[int]:
    """Child processes, where the system lists them; multiprocessing's own helper lives as long as the tests do."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return [child.pid for child in multiprocessing.active_children() if child.pid is not None]
    found: list[int] = []
    for task in tasks.iterdir():
        # A thread of torch's may end while its list is read.
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return [pid for pid in found if "resource_tracker" not in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _gone(pid: int) -> bool:
    """Whether a process ends soon. One that ended and was not asked how (no command line any more) has ended."""
    try:
        handle = os.pidfd_open(pid)
    except (AttributeError, OSError):
        return not _command(pid)
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)
