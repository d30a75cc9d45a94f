# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""What sending a large song to a service costs the daemon, beside curl sending as much to the same service."""

import hashlib
import os
import shutil
import time

from daemon import Daemon
from figures import CannotMeasure, Figure
import processes
from service import Client, Service
import songs

GIB = 1 << 30


def measure(bench):
    with Service(bench, "uploads-service") as service:
        token = service.account()
        daemon = Daemon(bench, "uploads", _settings(service, token))
        song = daemon.staging / "song.wav"
        songs.repeat_song(bench.song(), song, GIB // (44_100 * 4))
        other = bench.work / "uploads" / "other.wav"
        shutil.copyfile(song, other)
        with open(other, "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"\x01")
        size = song.stat().st_size
        idle = processes.memory(service.process.pid, "VmRSS")
        seconds, cpu, before, peak = _ours(daemon, service, song)
        served = processes.memory(service.process.pid, "VmHWM")
        curl = _curls(service, token, other)
    yield Figure("upload of 1 GiB: the daemon's CPU", cpu, "s of CPU", "curl -T", curl.cpu)
    yield Figure(
        "upload of 1 GiB over loopback", size / seconds / processes.MIB, "MiB/s", "curl -T",
        size / curl.seconds / processes.MIB, more_is_better=True,
    )
    yield Figure(
        "upload of 1 GiB: the daemon's peak memory", peak / processes.MIB, "MiB", "before it",
        before / processes.MIB, bar=before / processes.MIB + 8,
    )
    yield Figure(
        "upload of 1 GiB: the service's peak memory", served / processes.MIB, "MiB", "before it", idle / processes.MIB,
        bar=idle / processes.MIB + 8,
    )


def _settings(service, token):
    path = service.home / "token"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    return (
        f"    backend: studio\nbackends:\n  studio:\n    type: stemlab\n"
        f"    url: {service.url}\n    token_file: {path}\n"
    )


def _ours(daemon, service, song):
    """Seconds, seconds of CPU, and bytes of memory before and at the most, from the ticket to the last byte."""
    with daemon:
        os.rename(song, daemon.inbox / "song.wav")
        ticket = service.wait_for("createUpload")
        if ticket["status"] != "201":
            raise CannotMeasure(f"the service gives no ticket: {ticket}")
        start, cpu, before = time.monotonic(), processes.cpu(daemon.process.pid), daemon.memory()
        processes.forget_peak(daemon.process.pid)
        processes.forget_peak(service.process.pid)
        sent = service.wait_for("putUpload")
        seconds = time.monotonic() - start
        if sent["status"] != "204":
            raise CannotMeasure(f"the service does not take the song: {sent}")
        used, peak = processes.cpu(daemon.process.pid) - cpu, daemon.memory("VmHWM")
        # It would be separated now, which is not what is measured.
        os.unlink(daemon.inbox / "song.wav")
    return seconds, used, before, peak


def _curls(service, token, path):
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with Client(service, token) as client:
        ticket = client.ask("POST", "/v1/uploads", {"bytes": path.stat().st_size, "sha256": digest})
    return processes.run("curl", "--silent", "--show-error", "--fail", "-T", path, ticket["url"])
