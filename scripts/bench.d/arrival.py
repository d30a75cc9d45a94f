# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""How soon a file renamed into place has its job: one by one, a thousand, ten thousand, and with events lost."""

import collections
import os
import pathlib
import signal
import statistics
import sqlite3
import tempfile
import time

from daemon import Daemon, Tail
from figures import CannotMeasure, Figure
import processes
import songs

ONE_BY_ONE = 200
AT_ONCE = 1_000
FLOOD = 10_000
MEMORY = pathlib.Path("/dev/shm")
QUEUE = pathlib.Path("/proc/sys/fs/inotify/max_queued_events")


def measure_one(bench):
    with Daemon(bench, "arrival") as daemon, Tail(daemon.ledger) as tail:
        _stage(daemon, ONE_BY_ONE)
        raw, sync, found, judged = [], [], [], []
        watching = processes.Watcher(bench.reference, daemon.inbox)
        with watching as watcher, open(daemon.home / "synced", "wb", 0) as synced:
            events = tail.events()
            for name in sorted(os.listdir(daemon.staging)):
                start = time.monotonic()
                os.rename(daemon.staging / name, daemon.inbox / name)
                raw.append((watcher.next() - start) * 1000)
                for at, event in events:
                    if event["event"] == "found":
                        found.append((at - start) * 1000)
                    else:
                        judged.append((at - start) * 1000)
                        break
                # Between the files: a disk's mood changes within seconds.
                start = time.monotonic()
                synced.write(b"x" * 330)
                os.fdatasync(synced)
                sync.append((time.monotonic() - start) * 1000)
        reference = "the raw inotify event, and one fdatasync"
        for name, part, bar in (("median", statistics.median, 50), ("p99", _p99, 250)):
            yield Figure(
                f"renamed into place → job in the ledger: {name}",
                part(found), "ms", reference, part(raw) + part(sync), bar=bar,
            )
        yield Figure(
            "renamed into place → job durable, file decoded and judged: median", statistics.median(judged), "ms",
            "the same", statistics.median(raw) + statistics.median(sync),
        )
    yield from _without_a_disk(bench)
    with Daemon(bench, "group") as daemon, Tail(daemon.ledger) as tail:
        _stage(daemon, AT_ONCE)
        seconds, _ = _drop(daemon, tail, AT_ONCE)
        least = sum(processes.numbers(bench.reference, "append", daemon.home / "b", "1000", "1"))
        sqlite = _sqlite(daemon.home / "jobs.sqlite", AT_ONCE)
        rate = AT_ONCE / seconds
        name = f"{AT_ONCE:,} files at once: durable jobs"
        yield Figure(name, rate, "a second", "an fdatasync for each", AT_ONCE / least)
        yield Figure(name, rate, "a second", "SQLite WAL, groups of 64", sqlite)


def _without_a_disk(bench):
    """What the daemon itself does with an event, where a sync costs nothing; one loop sees both moments."""
    if not MEMORY.is_dir():
        return
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as state,
        Daemon(bench, "memory", state=state) as daemon,
        Tail(daemon.ledger) as tail,
        processes.Watcher(bench.reference, daemon.inbox) as renames,
        processes.Watcher(bench.reference, daemon.ledger) as lines,
    ):
        _stage(daemon, ONE_BY_ONE)
        raw, found = [], []
        events = tail.events()
        for name in sorted(os.listdir(daemon.staging)):
            start = time.monotonic()
            os.rename(daemon.staging / name, daemon.inbox / name)
            raw.append((renames.next() - start) * 1000)
            seen = lines.next()
            # What was written last of the file before is still to be read.
            while seen < start:
                seen = lines.next()
            found.append((seen - start) * 1000)
            while next(events)[1]["event"] == "found":
                pass
        yield Figure(
            "renamed into place → looked at, decided on, written and seen, no disk in it: median",
            statistics.median(found), "ms", "two raw inotify events, one after the other", 2 * statistics.median(raw),
        )


def measure_flood(bench):
    with Daemon(bench, "flood") as daemon, Tail(daemon.ledger) as tail:
        yield from _flood(bench, daemon, tail, f"{FLOOD:,} files at once")
    usual = QUEUE.read_text()
    try:
        QUEUE.write_text("1024")
    except OSError as error:
        raise CannotMeasure(f"the overflow: {QUEUE} cannot be lowered ({error.strerror}); run it as root") from None
    try:
        with Daemon(bench, "overflow") as daemon, Tail(daemon.ledger) as tail:
            yield from _flood(bench, daemon, tail, f"{FLOOD:,} files, events lost, 5 s of it settling", stopped=True)
            if "scanning" not in (daemon.home / "log").read_text():
                raise CannotMeasure("the overflow: no event was lost")
    finally:
        QUEUE.write_text(usual)


def _flood(bench, daemon, tail, name, stopped=False):
    _stage(daemon, FLOOD)
    found, judged = _drop(daemon, tail, FLOOD, stopped)
    start = time.monotonic()
    processes.run("find", daemon.inbox, "-type", "f", "-size", "+1k")
    paths = sorted(daemon.inbox.iterdir())
    for first in range(0, FLOOD, 2000):
        processes.run(bench.reference, "decode", *paths[first : first + 2000])
    least = time.monotonic() - start
    rows = FLOOD / _sqlite(daemon.home / "jobs.sqlite", FLOOD)
    yield Figure(f"{name}: each has its job after", found, "s", "as many rows into SQLite, groups of 64", rows)
    yield Figure(f"{name}: each decoded and judged after", judged, "s", "find, and libsndfile on each", least)


def _stage(daemon, count):
    for number, song in enumerate(songs.short_songs(count)):
        (daemon.staging / f"{number:05}.wav").write_bytes(song)
    os.sync()


def _drop(daemon, tail, count, stopped=False):
    """Renames all that is staged, and waits until each has its one job and is judged: seconds to both.

    - stopped: the daemon sleeps meanwhile, so that the kernel's queue is all there is.
    """
    if stopped:
        daemon.process.send_signal(signal.SIGSTOP)
    start = time.monotonic()
    for name in os.listdir(daemon.staging):
        os.rename(daemon.staging / name, daemon.inbox / name)
    if stopped:
        daemon.process.send_signal(signal.SIGCONT)
        start = time.monotonic()
    jobs, judged, last = collections.Counter(), 0, start
    for at, event in tail.events():
        if event["event"] == "found":
            jobs[event["path"]] += 1
            last = at
        elif event["event"] == "rejected":
            judged += 1
        if judged >= count:
            break
    if len(jobs) != count or max(jobs.values()) != 1:
        raise CannotMeasure(f"{len(jobs)} of {count} files have jobs, {jobs.total() - len(jobs)} jobs are too many")
    return last - start, at - start


def _sqlite(path, count):
    """Durable rows a second."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE job (line TEXT)")
    start = time.monotonic()
    for first in range(0, count, 64):
        base.execute("BEGIN")
        base.executemany("INSERT INTO job VALUES (?)", [("x" * 330,)] * min(64, count - first))
        base.execute("COMMIT")
    seconds = time.monotonic() - start
    base.close()
    return count / seconds


def _p99(values):
    return sorted(values)[int(len(values) * 0.99) - 1]
