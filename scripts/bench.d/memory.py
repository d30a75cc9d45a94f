# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Whether memory grows with the length of a song: a minute against an hour."""

import os

from daemon import Daemon, Tail
from figures import Figure
import processes
import songs

MINUTE = 60
HOUR = 3600


def measure(bench):
    short, long = _intake(bench, MINUTE), _intake(bench, HOUR)
    yield Figure(
        "intake of an hour: the daemon's peak memory", long / processes.MIB, "MiB", "of a minute",
        short / processes.MIB, bar=short / processes.MIB + 4,
    )
    short, long = _separation(bench, MINUTE), _separation(bench, HOUR)
    yield Figure(
        "separate an hour: peak memory", long / processes.MIB, "MiB", "a minute", short / processes.MIB,
        bar=short / processes.MIB + 4,
    )


def _intake(bench, seconds):
    """Bytes. A limit stops the song once it was decoded and counted."""
    daemon = Daemon(bench, f"intake-{seconds}", "limits: {minutes_per_track: 0.5}\n")
    songs.repeat_song(bench.song(), daemon.staging / "song.wav", seconds)
    with daemon, Tail(daemon.ledger) as tail:
        os.rename(daemon.staging / "song.wav", daemon.inbox / "song.wav")
        for _, event in tail.events():
            if event["event"] == "held":
                break
        os.unlink(daemon.inbox / "song.wav")
        return daemon.memory("VmHWM")


def _separation(bench, seconds):
    """Bytes."""
    home = bench.work / f"separation-{seconds}"
    home.mkdir()
    songs.repeat_song(bench.song(), home / "song.wav", seconds)
    peak = processes.run(bench.program, "separate", home / "song.wav", "--output", home / "stems").peak
    processes.run("rm", "-r", home)
    return peak
