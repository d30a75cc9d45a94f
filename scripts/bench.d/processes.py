# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Running the programs that are measured, and reading what the kernel counted for them."""

import glob
import os
import signal
import subprocess
import time

from figures import CannotMeasure

MIB = 1024 * 1024


class Usage:
    """What a program that ended has cost."""

    def __init__(self, arguments, output):
        start = time.monotonic()
        process = subprocess.Popen(arguments, stdout=output, stderr=subprocess.PIPE)
        try:
            with process.stderr:
                said = process.stderr.read()
        except BaseException:
            process.kill()
            process.wait()
            raise
        _, status, resources = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - start
        self.cpu = resources.ru_utime + resources.ru_stime
        self._peak = resources.ru_maxrss * 1024
        if process.returncode != 0:
            words = said.decode(errors="replace").strip().splitlines()[-3:]
            raise CannotMeasure(f"{' '.join(arguments[:3])} exited with {process.returncode}: {' / '.join(words)}")

    @property
    def peak(self):
        """Bytes. A program counts the peak of the process that started it as its own: that must have been less."""
        if self._peak <= memory("self", "VmHWM"):
            raise CannotMeasure("the bench itself has had more memory than what it measures")
        return self._peak


def run(*arguments, output=subprocess.DEVNULL):
    """Runs a program to its end."""
    return Usage([os.fspath(word) for word in arguments], output)


def numbers(*arguments):
    """The numbers a program prints, one a line."""
    words = subprocess.run([os.fspath(word) for word in arguments], check=True, capture_output=True).stdout.split()
    return [float(word) for word in words]


def memory(process, field):
    """Bytes: `VmRSS` is what is resident, `VmHWM` the most that was."""
    with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    raise CannotMeasure(f"/proc/{process}/status has no {field}")


def forget_peak(process):
    """`VmHWM` is the most from now on: see proc_pid_clear_refs(5)."""
    with open(f"/proc/{process}/clear_refs", "w", encoding="ascii") as most:
        most.write("5")


def cpu(process):
    """Seconds of CPU, to the nanosecond: its process clock, by the number that clock_getcpuclockid(3) gives."""
    return time.clock_gettime(~process << 3 | 2)


def wakeups(process):
    """How often its threads that are alive went to sleep of their own accord."""
    total = 0
    for path in glob.glob(f"/proc/{process}/task/*/status"):
        with open(path, encoding="ascii", errors="replace") as lines:
            total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return total


class Watcher:
    """The least that watches a tree, or one file: a loop in C around read(2)."""

    def __init__(self, reference, tree):
        self.process = subprocess.Popen([reference, "watch", tree], stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise CannotMeasure(f"the reference could not watch {tree}")

    def next(self):
        """The moment the next rename into place, or write to the file, was seen."""
        return float(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
