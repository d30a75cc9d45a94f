# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""A daemon to measure: `stemwatch run` on a folder of its own, and its ledger as it grows."""

import ctypes
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import time

from figures import CannotMeasure
import processes

PATIENCE = 120


class Daemon:
    """Runs from entering to leaving `with`. `ready_after`: seconds from the start of the process to READY=1."""

    def __init__(self, bench, name, settings="", state=None):
        """- state: where its state directory is made; beside its folders if `None`."""
        self.bench = bench
        self.home = bench.work / name
        self.inbox = self.home / "inbox"
        self.staging = self.home / "staging"
        self.configuration = self.home / "stemwatch.yaml"
        state = pathlib.Path(state or self.home) / "state"
        self.ledger = state / "ledger.jsonl"
        for directory in (state, self.inbox, self.staging):
            directory.mkdir(parents=True, exist_ok=True)
        self.configuration.write_text(
            f"state_dir: {state}\nlog_level: notice\nfolders:\n"
            f"  - path: {self.inbox}\n    problem_notes: false\n{settings}",
            encoding="utf-8",
        )
        self.process = None
        self.ready_after = None

    def __enter__(self):
        # An abstract address: a path may be longer than the 107 bytes there are for one.
        address = f"\0stemwatch-bench-{os.getpid()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, open(self.home / "log", "ab") as log:
            manager.bind(address)
            manager.settimeout(PATIENCE)
            environment = dict(os.environ, NOTIFY_SOCKET=address.replace("\0", "@"))
            start = time.monotonic()
            self.process = subprocess.Popen(
                [self.bench.program, "run", "--config", self.configuration], stderr=log, env=environment
            )
            try:
                while not manager.recv(4096).startswith(b"READY=1"):
                    pass
            except TimeoutError:
                self.__exit__()
                raise CannotMeasure(f"the daemon was not ready within {PATIENCE} s: {self.last_words()}") from None
            self.ready_after = time.monotonic() - start
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self):
        """The end of its log."""
        return " / ".join((self.home / "log").read_text(errors="replace").splitlines()[-3:])

    def memory(self, field="VmRSS"):
        return processes.memory(self.process.pid, field)

    def command(self, *words):
        """What a command prints about it."""
        return subprocess.run(
            [self.bench.program, *words, "--config", self.configuration], check=True, capture_output=True, text=True
        ).stdout


class Tail:
    """The lines that come to a ledger from now on, each with the moment it was seen."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.file.seek(0, os.SEEK_END)
        self.part = b""
        self.inotify = _libc.inotify_init1(os.O_CLOEXEC)
        if self.inotify < 0 or _libc.inotify_add_watch(self.inotify, os.fsencode(path), 2) < 0:
            raise CannotMeasure(f"inotify does not watch {path}: {os.strerror(ctypes.get_errno())}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.inotify)
        self.file.close()

    def events(self, patience=PATIENCE):
        """Every event as it comes: the moment, and the line as an object."""
        while True:
            chunk = self.file.read()
            at = time.monotonic()
            if not chunk:
                if not select.select([self.inotify], [], [], patience)[0]:
                    raise CannotMeasure(f"nothing came to the ledger for {patience} s")
                os.read(self.inotify, 65536)
                continue
            *lines, self.part = (self.part + chunk).split(b"\n")
            for line in lines:
                yield at, json.loads(line)


_libc = ctypes.CDLL(None, use_errno=True)
