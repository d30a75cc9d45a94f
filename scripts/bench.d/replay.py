# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Reading back a ledger of a million events, which is then due to be compacted."""

import json
import os
import pathlib
import time

from daemon import Daemon
from figures import CannotMeasure, Figure
import ledger_lines
import processes

EVENTS = 1_000_000


def measure(bench):
    daemon = Daemon(bench, "replay")
    status = os.stat(bench.reference)
    with open(daemon.ledger, "wb") as ledger:
        for number in range(EVENTS // 10):
            path = pathlib.PurePath(f"Artist {number // 100:04}/Song {number:06}.wav")
            ledger.writelines(ledger_lines.life(number, path, status))
    lines = processes.run("wc", "-l", daemon.ledger)
    with open(daemon.ledger, "rb") as ledger:
        start = time.process_time()
        for line in ledger:
            json.loads(line)
        python = time.process_time() - start
    with open(daemon.home / "report", "wb") as report:
        verify = processes.run(
            bench.program, "ledger", "verify", "--json", "--config", daemon.configuration, output=report
        )
    found = json.loads((daemon.home / "report").read_bytes())
    if not found["sound"] or found["lines"] != EVENTS or found["jobs"] != EVENTS // 10:
        raise CannotMeasure(f"stemwatch ledger verify found something else than was written: {found}")
    yield Figure(
        f"replay of {EVENTS:,} events: an event", verify.cpu / EVENTS * 1e6, "µs", "Python's json.loads alone",
        python / EVENTS * 1e6, bar=5,
    )
    yield Figure("replay: in all", verify.seconds, "s", "wc -l", lines.seconds)
    yield Figure(
        f"replay: peak memory for {EVENTS // 10:,} jobs", verify.peak / processes.MIB, "MiB", "the ledger on disk",
        daemon.ledger.stat().st_size / processes.MIB,
    )
    long = daemon.ledger.stat().st_size
    with daemon:
        name = "replay: the daemon is ready, compaction is due"
        yield Figure(name, daemon.ready_after, "s", "wc -l", lines.seconds, bar=5)
        start = time.monotonic()
        while daemon.ledger.stat().st_size >= long:
            if time.monotonic() - start > 60:
                raise CannotMeasure(f"the ledger was not compacted: {daemon.last_words()}")
            time.sleep(0.05)
        yield Figure("replay: compacted meanwhile, after", time.monotonic() - start, "s", "wc -l", lines.seconds)
