# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Starts stemlab with an account, and has schemathesis send it everything that is in docs/stemlab-openapi.yaml.

usage: fuzz.py STEMLAB DOCUMENT WORK     WORK is an empty directory; STEMLAB a program
"""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
# They hash a password, which is meant to take its time: asked less often, or in ways that are refused before that.
HASHING = ["signUp", "signIn", "correctAccount", "eraseAccount"]
# They end the very token that is used, so they come last.
LAST = ["signOut", "revokeToken"]


def configured(work):
    """A service that nothing slows down but its work."""
    path = work / "stemlab.yaml"
    path.write_text(f"""state_dir: {work}/state
public_url: http://127.0.0.1:8700
listen: {{port: 0}}
accounts: {{signup: open, minutes: 600, attempts_per_hour: 10000}}
rates: {{address: 1000000, signin: 1000000, account: 1000000}}
""")
    return path


def started(stemlab, config, log):
    """The service, and its address."""
    service = subprocess.Popen([stemlab, "serve", "--config", config], stderr=subprocess.PIPE, text=True)
    for line in service.stderr:
        log.write(line)
        port = re.search(r" ready\b.*\bport=(\d+)", line)
        if port:
            return service, f"http://127.0.0.1:{port[1]}"
    sys.exit("test-api: the service does not start: " + Path(log.name).read_text())


def signed_in(url):
    body = json.dumps({"email": EMAIL, "password": PASSWORD}).encode()
    request = urllib.request.Request(f"{url}/v1/sessions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


def chosen(how, operations):
    return [part for name in operations for part in (f"--{how}-operation-id", name)]


def fuzzed(work, document, url, token, *selection):
    # It writes files of its own where it is run.
    return subprocess.run(
        [Path(sys.executable).parent / "schemathesis",
         "--config-file", Path(__file__).with_name("schemathesis.toml").resolve(),
         "run", document, "--url", url, "--header", f"Authorization: Bearer {token}", "--checks", "all",
         "--continue-on-failure", "--no-color", "--warnings", "off", "--request-timeout", "60", *selection],
        cwd=work).returncode


def main(stemlab, document, work):
    config = configured(work)
    subprocess.run([stemlab, "account", "add", "--config", config, EMAIL], input=PASSWORD + "\n", text=True, check=True,
                   stdout=subprocess.DEVNULL)
    with open(work / "log", "w", buffering=1) as log:
        service, url = started(stemlab, config, log)
        # Its log has to be read, or it would stop when the pipe is full.
        taking = subprocess.Popen(["cat"], stdin=service.stderr, stdout=log)
        try:
            token = signed_in(url)
            codes = [
                fuzzed(work, document, url, token, *chosen("exclude", HASHING + LAST)),
                fuzzed(work, document, url, token, *chosen("include", HASHING),
                       "--phases", "coverage", "--mode", "negative"),
                fuzzed(work, document, url, token, *chosen("include", HASHING),
                       "--phases", "examples,fuzzing", "--mode", "positive", "--max-examples", "3"),
                fuzzed(work, document, url, signed_in(url), *chosen("include", LAST), "--phases", "coverage,fuzzing"),
            ]
            alive = service.poll() is None
        finally:
            service.terminate()
            ended = service.wait(60)
            taking.wait(60)
    if not alive or ended != 0:
        print(f"test-api: the service ended by itself, or badly ({ended})")
        return 1
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:4])))
