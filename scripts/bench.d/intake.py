# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""What examining a file costs: decoded to its end, its bytes and its samples fingerprinted."""

import hashlib
import shutil
import time

from daemon import Daemon
from figures import Figure
import processes

FILES = 200
SECONDS = 2
# libsndfile's numbers for them, and bytes of a decoded sample.
KINDS = {
    "wav": (0x010002, 2), "aiff": (0x020002, 2), "flac": (0x170002, 2), "mp3": (0x230082, 4), "ogg": (0x200060, 4),
    "opus": (0x200064, 4),
}
SAMPLES = 44_100 * 2 * SECONDS


def measure(bench):
    # Never started: `stemwatch plan` examines as the daemon does, one file after the other.
    home = Daemon(bench, "intake")
    nothing = home.inbox / "nothing"
    nothing.mkdir()
    idle, idle_reference = _plan(bench, home, nothing), processes.run(bench.reference, "decode").cpu
    total = total_decoding = 0
    for kind, (number, width) in KINDS.items():
        files = _make(bench, home.inbox / kind, kind, number)
        ours = _plan(bench, home, files[0].parent) - idle
        decoding = processes.run(bench.reference, "decode", *files).cpu - idle_reference
        hashing = _hashing(files[0].stat().st_size, SAMPLES * width)
        total += ours / FILES
        total_decoding += decoding / FILES
        yield Figure(
            f"intake of {SECONDS} s of {kind.upper()}", ours / FILES * 1000, "ms of CPU",
            "libsndfile, and libcrypto's SHA-256 of bytes and samples", decoding / FILES * 1000 + hashing * 1000,
        )
    yield Figure(
        f"intake of one of each: {' '.join(KINDS)}", total * 1000, "ms of CPU", "libsndfile alone",
        total_decoding * 1000, bar=1.5 * total_decoding * 1000,
    )


def _make(bench, directory, kind, number):
    directory.mkdir()
    first = directory / f"000.{kind}"
    processes.run(bench.reference, "convert", bench.song(), first, f"{number:x}", str(SECONDS))
    copies = [directory / f"{copy:03}.{kind}" for copy in range(1, FILES)]
    for copy in copies:
        shutil.copyfile(first, copy)
    return [first, *copies]


def _plan(bench, home, directory):
    """Seconds of CPU; the least of three, since starting the program is taken off, which varies."""
    return min(
        processes.run(bench.program, "plan", directory, "--config", home.configuration).cpu for _ in range(3)
    )


def _hashing(*sizes):
    """Seconds of CPU that hashing so many bytes takes."""
    zeros = [bytes(size) for size in sizes]
    start = time.process_time()
    for _ in range(50):
        for content in zeros:
            hashlib.sha256(content).digest()
    return (time.process_time() - start) / 50
