"""A hundred thousand mutated layout files: none may raise, take more than a second, or more than 500 MB.

python tests/benchmarks/mutations.py [--rounds 100000] [--seed 0]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from statistics import median
from time import perf_counter

from stage import ROOT

from core.shapes import infer, warm_up
from core.storage import LayoutFileError, dumps, loads
from tests.graphs import little_resnet, siamese
from tests.mutations import mutated


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    warm_up()
    files = [path.read_text("utf-8") for path in sorted((ROOT / "layouts").glob("*.json"))]
    files += [dumps(little_resnet()), dumps(siamese())]
    chance = random.Random(options.seed)
    ends: Counter[str] = Counter()
    times: list[float] = []
    slow: list[tuple[float, str]] = []
    hungry: list[tuple[float, str]] = []
    raised: list[str] = []
    before = _peak()
    for turn in range(options.rounds):
        text = mutated(chance.choice(files), chance)
        start = perf_counter()
        try:
            ends[_outcome(text)] += 1
        except BaseException:
            raised.append(traceback.format_exc(limit=-3))
            _keep(f"raised_{options.seed}_{turn}.json", text)
        times.append(perf_counter() - start)
        if times[-1] > 1:
            slow.append((times[-1], _keep(f"slow_{options.seed}_{turn}.json", text)))
        after = _peak()
        if after - before > 500:
            hungry.append((after - before, _keep(f"hungry_{options.seed}_{turn}.json", text)))
        before = after
    print(", ".join(f"{count} {end}" for end, count in ends.most_common()))
    times.sort()
    print(f"seconds: median {median(times):.4f}, 99.9 % {times[int(0.999 * len(times))]:.3f}, largest {times[-1]:.3f}")
    print(f"{len(raised)} raised, {len(slow)} took over a second, {len(hungry)} took over 500 MB; peak {before:.0f} MB")
    for one in (*dict.fromkeys(raised), *slow[:20], *hungry[:20]):
        print(one)
    return 1 if raised or slow or hungry else 0


def _outcome(text: str) -> str:
    try:
        layout = loads(text)
    except LayoutFileError:
        return "refused"
    return "with errors" if infer(layout).errors else "sound"


def _keep(name: str, text: str) -> str:
    """Where a file that did harm can be looked at."""
    path = Path(tempfile.gettempdir()) / name
    path.write_text(text, "utf-8", errors="surrogatepass")
    return str(path)


def _peak() -> float:
    """The largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
