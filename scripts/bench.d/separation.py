# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""How fast the built-in separator is on one core."""

from figures import Figure
import processes
import songs

SECONDS = 300


def measure(bench):
    home = bench.work / "separation"
    home.mkdir()
    song = home / "song.wav"
    songs.repeat_song(bench.song(), song, SECONDS)
    copy = processes.run(bench.reference, "copies", song, home, "4")
    separate = processes.run(bench.program, "separate", song, "--output", home / "stems")
    yield Figure(
        f"separate {SECONDS // 60} minutes, 44.1 kHz stereo", SECONDS / separate.cpu, "× real time a core",
        "libsndfile: read it, write it four times", SECONDS / copy.cpu, bar=10, more_is_better=True,
    )
