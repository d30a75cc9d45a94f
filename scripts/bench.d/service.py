# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""A service to measure: on loopback, with accounts that have minutes and a token each."""

import http.client
import json
import queue
import re
import signal
import socket
import subprocess
import threading

from figures import CannotMeasure
import processes

PATIENCE = 120
PASSWORD = "correct horse battery"
SCOPES = ["jobs:read", "jobs:write"]


class Service:
    """Runs from entering to leaving `with`."""

    def __init__(self, bench, name, command=None, settings=""):
        """- command: what serves the configuration; `stemlab serve` if `None`."""
        self.program = bench.stemlab
        self.command = command or [self.program, "serve", "--config"]
        self.home = bench.work / name
        self.home.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.configuration = self.home / "stemlab.yaml"
        self.configuration.write_text(
            f"state_dir: {self.home}/state\npublic_url: {self.url}\nlisten: {{port: {self.port}}}\n{settings}",
            encoding="utf-8",
        )
        self.log = queue.SimpleQueue()
        self.process = None
        self.peak = 0
        """The most memory of those that were stopped, in bytes."""

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGTERM)

    def start(self):
        """Returns once it can be reached."""
        self.log = queue.SimpleQueue()
        self.process = subprocess.Popen([*self.command, self.configuration], stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._listen, args=(self.process, self.log), daemon=True).start()
        try:
            self.wait_for("ready")
        except BaseException:
            self.stop(signal.SIGKILL)
            raise

    def stop(self, how):
        """Returns once it has ended."""
        self.peak = max(self.peak, processes.memory(self.process.pid, "VmHWM"))
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def account(self, email="ada@example.com"):
        """Makes an account with a thousand minutes. Returns a token of it."""
        self._run("account", "add", email, given=PASSWORD + "\n")
        self._run("account", "minutes", email, "1000")
        with Client(self) as client:
            client.token = client.ask("POST", "/v1/sessions", {"email": email, "password": PASSWORD})["access_token"]
            return client.ask("POST", "/v1/tokens", {"name": "bench", "scopes": SCOPES})["secret"]

    def wait_for(self, name):
        """The fields of the next line of its log that begins with `name`."""
        while True:
            try:
                line = self.log.get(timeout=PATIENCE)
            except queue.Empty:
                raise CannotMeasure(f"the service said nothing of {name} for {PATIENCE} s") from None
            if line is None:
                raise CannotMeasure(f"the service ended before {name}")
            if re.match(rf"\S+ \w+ +{name}\b", line):
                return dict(re.findall(r"(\w+)=(\S+)", line))

    @staticmethod
    def _listen(process, log):
        for line in process.stderr:
            log.put(line)
        log.put(None)

    def _run(self, *words, given=None):
        subprocess.run(
            [self.program, *words, "--config", self.configuration],
            input=given, text=True, check=True, capture_output=True,
        )


class Client:
    """One connection to a service, kept."""

    def __init__(self, service, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
        self.token = token

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, method, path, body=b"", **headers):
        """Its answer: status and body. After an `OSError` or `HTTPException` the next goes over a new connection."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            self.connection.request(method, path, body, headers)
            with self.connection.getresponse() as answer:
                return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def ask(self, method, path, body=None, **headers):
        """The JSON it answers to one."""
        given = b"" if body is None else json.dumps(body).encode()
        status, answer = self.send(method, path, given, Content_Type="application/json", **headers)
        if status not in (200, 201):
            raise CannotMeasure(f"{method} {path} was answered with {status}: {answer[:300].decode(errors='replace')}")
        return json.loads(answer)
