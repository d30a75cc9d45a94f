# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""scripts/bench runs this: python3 scripts/bench.d WORK-DIRECTORY [NAME…]"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import arrival
import idle
import intake
import jobs
import memory
import replay
import separation
import start
import uploads
from figures import CannotMeasure, machine, show

BENCHES = {
    "idle": idle.measure,
    "start": start.measure,
    "arrival": arrival.measure_one,
    "flood": arrival.measure_flood,
    "intake": intake.measure,
    "memory": memory.measure,
    "separation": separation.measure,
    "replay": replay.measure,
    "uploads": uploads.measure,
    "jobs": jobs.measure,
}


class Bench:
    """What every measurement is given."""

    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.program = os.environ["STEMWATCH_PROGRAM"]
        self.stemlab = os.environ["STEMLAB_PROGRAM"]
        self.instant = os.environ["INSTANT_PROGRAM"]
        self.reference = self.work / "reference"

    def song(self):
        """A song of ten seconds, 44.1 kHz stereo."""
        path = self.work / "song.wav"
        if not path.exists():
            subprocess.run(["scripts/demo-song", path, "10"], check=True)
        return path


def main(work, names):
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"bench: there is no measurement {unknown[0]}; there are: {' '.join(BENCHES)}")
    figures, failures = [], []
    began = time.monotonic()
    for name in names or BENCHES:
        print(f"bench: {name}", file=sys.stderr, flush=True)
        bench = Bench(work)
        try:
            for figure in BENCHES[name](bench):
                figures.append(figure)
                print("bench:  ", "  ".join(cell for cell in figure.row()[:5] if cell), file=sys.stderr, flush=True)
        except (CannotMeasure, OSError, subprocess.SubprocessError) as error:
            failures.append(f"{name} could not be measured to its end: {error}")
        for leftover in bench.work.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover)
    show(figures)
    print(f"\n{machine()}; {time.strftime('%Y-%m-%d')}; {time.monotonic() - began:.0f} s in all")
    for failure in failures:
        print(f"bench: {failure}", file=sys.stderr)
    return 1 if failures else 0


# What was changed or started is put back and stopped on the way out, however that comes.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
sys.exit(main(sys.argv[1], sys.argv[2:]))
