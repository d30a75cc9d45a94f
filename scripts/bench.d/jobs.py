# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Ten thousand jobs of a hundred accounts, with a separation that costs nothing: what the service itself can do."""

import concurrent.futures
import hashlib
import http.client
import itertools
import signal
import sqlite3
import statistics
import threading
import time

from figures import CannotMeasure, Figure
import processes
from service import Client, Service

ACCOUNTS = 100
JOBS = 10_000
CLIENTS = 16
"""Requests at once."""
SLOTS = 2
LENGTH = 1000
"""Milliseconds of audio a job."""
KILLS = 2
SETTINGS = f"""log_level: notice
separation: {{slots: {SLOTS}}}
limits: {{concurrent_jobs: 100000, open_uploads: 10000}}
rates: {{address: 1000000, signin: 1000000, account: 1000000}}
"""


def measure(bench):
    with Service(bench, "jobs", [bench.instant], SETTINGS) as service:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            tokens = list(pool.map(lambda number: service.account(f"a{number}@example.com"), range(ACCOUNTS)))
        start = time.monotonic()
        uploads = _each(service, tokens, _upload)
        uploading = time.monotonic() - start
        # Passwords took their memory: that is another matter.
        service.peak = 0
        processes.forget_peak(service.process.pid)
        counter, lock = itertools.count(1), threading.Lock()
        kills = {JOBS * (kill + 1) // (KILLS + 1) for kill in range(KILLS)}

        def order(client, number):
            took = _order(client, number, uploads[number])
            with lock:
                if next(counter) in kills:
                    service.stop(signal.SIGKILL)
                    service.start()
            return took

        start = time.monotonic()
        latencies = _each(service, tokens, order)
        taken = time.monotonic() - start
        _wait(service, tokens)
        done = time.monotonic() - start
        memory = max(service.peak, processes.memory(service.process.pid, "VmHWM"))
        commits, commit = _commits(bench.work / "jobs" / "reference.sqlite")
    reference = "SQLite WAL FULL, a row a commit"
    yield Figure("uploads: ticket, bytes, proof", JOBS / uploading, "a second", reference, commits)
    name = f"jobs taken in, {CLIENTS} clients at once, {KILLS} kill -9 on the way"
    yield Figure(name, JOBS / taken, "a second", reference, commits)
    yield Figure("jobs done: two at once, each charged once", JOBS / done, "a second", reference, commits)
    yield Figure("POST /v1/jobs: median", statistics.median(latencies) * 1000, "ms", reference, commit * 1000)
    slow = sorted(latencies)[len(latencies) * 99 // 100]
    yield Figure("POST /v1/jobs: p99", slow * 1000, "ms", reference, commit * 1000)
    yield Figure("the service's peak memory for all of them", memory / processes.MIB, "MiB")


def _each(service, tokens, task):
    """Does a task for every job, a few at once; job `n` is of account `n % ACCOUNTS`. Returns the results in order."""
    results = [None] * JOBS

    def work(first):
        with Client(service) as client:
            for number in range(first, JOBS, CLIENTS):
                client.token = tokens[number % ACCOUNTS]
                results[number] = task(client, number)

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for finished in [pool.submit(work, first) for first in range(CLIENTS)]:
            finished.result()
    return results


def _upload(client, number):
    content = f"upload {number}".encode()
    order = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    ticket = client.ask("POST", "/v1/uploads", order)
    token, client.token = client.token, None
    status, _ = client.send("PUT", "/" + ticket["url"].split("/", 3)[3], content)
    client.token = token
    if status != 204:
        raise CannotMeasure(f"the service does not take an upload: {status}")
    return client.ask("POST", f"/v1/uploads/{ticket['id']}/complete")["id"]


def _order(client, number, upload):
    """Makes a job, as often as it takes. Returns the seconds of the request that was answered."""
    while True:
        start = time.monotonic()
        try:
            order = {"upload": upload, "duration_ms": LENGTH}
            client.ask("POST", "/v1/jobs", order, Idempotency_Key=f"bench-{number:08}")
            return time.monotonic() - start
        except (OSError, http.client.HTTPException):
            # Killed: it is there again in a moment, and knows the key if it took the job.
            time.sleep(0.02)


def _wait(service, tokens):
    """Returns once every job is done; each must have been charged once."""
    for token in tokens:
        with Client(service, token) as client:
            while client.ask("GET", "/v1/minutes")["jobs_under_way"]:
                for state in ("queued", "running"):
                    for job in client.ask("GET", f"/v1/jobs?state={state}&limit=1")["jobs"]:
                        client.ask("GET", f"/v1/jobs/{job['id']}?wait=30")
            minutes = client.ask("GET", "/v1/minutes")
            if (minutes["spent_ms"], minutes["reserved_ms"]) != (JOBS // ACCOUNTS * LENGTH, 0):
                raise CannotMeasure(f"an account was charged wrongly: {minutes}")


def _commits(path):
    """Durable rows a second, each committed alone; and the seconds of one."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE job (line TEXT)")
    times = []
    for _ in range(2000):
        start = time.monotonic()
        base.execute("INSERT INTO job VALUES (?)", ("x" * 330,))
        times.append(time.monotonic() - start)
    base.close()
    return len(times) / sum(times), statistics.median(times)
