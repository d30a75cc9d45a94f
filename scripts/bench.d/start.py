# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""How soon the daemon is ready where it knows 100,000 files."""

import os
import time

from daemon import Daemon
from figures import CannotMeasure, Figure
import ledger_lines
import processes

FILES = 100_000


def measure(bench):
    daemon = Daemon(bench, "start")
    with open(daemon.ledger, "wb") as ledger:
        for number in range(FILES):
            path = daemon.inbox / f"Artist {number // 1000:03}" / f"Song {number:06}.wav"
            if number % 1000 == 0:
                path.parent.mkdir()
            path.touch()
            # Holes take no blocks: the daemon only asks for the size and the times.
            os.truncate(path, 10_000_000)
            ledger.write(ledger_lines.released(number, path.relative_to(daemon.inbox), path.stat()))
    daemon.ledger.chmod(0o600)
    size = daemon.ledger.stat().st_size
    least = processes.run("wc", "-l", daemon.ledger).seconds
    least += processes.run("find", daemon.inbox, "-type", "f", "-newermt", "2100-01-01").seconds
    with daemon:
        yield Figure(
            f"start with {FILES:,} known files: ready", daemon.ready_after, "s", "wc -l of the ledger and find", least,
            bar=5,
        )
        time.sleep(7)
        yield Figure(
            f"start with {FILES:,} known files: resident", daemon.memory() / processes.MIB, "MiB",
            "the ledger on disk", size / processes.MIB,
        )
        with open(daemon.ledger, "rb") as ledger:
            ledger.seek(size)
            lines = ledger.read().count(b"\n")
        if lines > 1:
            raise CannotMeasure(f"the daemon did not know the files: {lines} lines came to its ledger")
