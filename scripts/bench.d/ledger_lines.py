# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Lines of a ledger, as docs/ledger.md describes them."""

import json

AT = "2026-11-23T08:00:00.123Z"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def job(number):
    """A job's name: a ULID."""
    digits = []
    for _ in range(16):
        digits.append(ALPHABET[number % 32])
        number //= 32
    return "01JDBENCH0" + "".join(reversed(digits))


def line(members):
    return json.dumps(members, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode() + b"\n"


def file(path, status):
    """The members that name one state of one file."""
    return {
        "folder": "inbox", "path": str(path), "device": status.st_dev, "inode": status.st_ino, "size": status.st_size,
        "mtime_ns": status.st_mtime_ns, "ctime_ns": status.st_ctime_ns,
    }


def track(number):
    return {
        "audio_sha256": f"{number:064x}", "bytes_sha256": f"{number + 1:064x}", "channels": 2, "frames": 9_261_000,
        "kind": "WAV", "minutes_ms": 210_000, "rate": 44_100, "samples": "int16",
    }


def delivered(number, path):
    stems = ("vocals", "drums", "bass", "other")
    return {
        "output": str(path.with_suffix("")),
        "stems": [{"file": f"{stem}.wav", "name": stem, "sha256": f"{number:064x}"} for stem in stems],
    }


def released(number, path, status):
    """A job that is over, as compaction leaves it."""
    return line({
        "v": 1, "seq": 1, "at": AT, "event": "snapshot", "job": job(number), **file(path, status), "found_at": AT,
        "updated_at": AT, "step": "released", "track": track(number), "backend": "builtin",
        "settings": "builtin/1 vocals,drums,bass,other wav", "charge": {"at": AT, "minutes_ms": 210_000},
        "delivered": delivered(number, path),
    })


def life(number, path, status):
    """The whole life of a job, event by event: ten lines."""
    events = [
        ("found", file(path, status)),
        ("queued", {"track": track(number), "backend": "builtin", "settings": "builtin/1 wav"}),
        ("submitting", {"attempt": 1, "reserved_ms": 210_000}),
        ("checkpoint", {"step": "staged", "values": {"directory": job(number)}}),
        ("submitted", {"handle": job(number)}),
        ("separating", {}),
        ("returning", {"charged_ms": 210_000}),
        ("delivered", delivered(number, path)),
        ("disposed", {"how": "kept"}),
        ("released", {}),
    ]
    for index, (event, members) in enumerate(events):
        yield line({
            "v": 1, "seq": number * len(events) + index + 1, "at": AT, "event": event, "job": job(number), **members,
        })
