# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""What the daemon costs while nothing happens: 10,000 directories, watched."""

import time

from daemon import Daemon
from figures import Figure
import processes

DIRECTORIES = 10_000
SECONDS = 20


def measure(bench):
    daemon = Daemon(bench, "idle")
    for number in range(DIRECTORIES - DIRECTORIES // 101 - 1):
        (daemon.inbox / f"Artist {number // 100:03}" / f"Album {number:05}").mkdir(parents=True, exist_ok=True)
    with daemon, processes.Watcher(bench.reference, daemon.inbox) as watcher:
        # Threads that wait for more work end within five seconds.
        time.sleep(7)
        pids = (daemon.process.pid, watcher.process.pid)
        before = [(processes.cpu(pid), processes.wakeups(pid)) for pid in pids]
        time.sleep(SECONDS)
        after = [(processes.cpu(pid), processes.wakeups(pid)) for pid in pids]
        (cpu, woken), (least_cpu, least_woken) = [
            [(b - a) / SECONDS for a, b in zip(*pair)] for pair in zip(before, after)
        ]
        yield Figure(
            f"idle, {DIRECTORIES:,} directories: resident", daemon.memory() / processes.MIB, "MiB",
            "a loop in C with the same watches", processes.memory(pids[1], "VmRSS") / processes.MIB, bar=40,
        )
        yield Figure(
            f"idle, {DIRECTORIES:,} directories: CPU over {SECONDS} s", cpu * 100, "% of a core", "the same",
            least_cpu * 100, bar=0.1,
        )
        yield Figure("idle: wakeups", woken, "a second", "the same", least_woken)
        cpu = processes.cpu(pids[0])
        daemon.command("rescan")
        time.sleep(3)
        find = processes.run("find", daemon.inbox, "-type", "f")
        yield Figure(
            "idle: a scan of all, once in 5 minutes", processes.cpu(pids[0]) - cpu, "s of CPU", "find", find.cpu
        )
