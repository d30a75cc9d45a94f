# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Audio files to drop."""

import array
import math
import struct


def wav(samples, rate, channels):
    """A 16-bit WAV file around interleaved samples as bytes."""
    return _header(len(samples), rate, channels) + samples


def short_songs(count, seconds=0.1, rate=8000):
    """Small files, each of its own audio."""
    wave = array.array("h", (int(9000 * math.sin(n * 0.35)) for n in range(int(seconds * rate))))
    for number in range(count):
        yield wav(struct.pack("<hh", number % 30000, number // 30000) + wave.tobytes()[4:], rate, 1)


def repeat_song(source, target, seconds):
    """Writes the audio of a WAV file of ours over and over, until it lasts `seconds`."""
    with open(source, "rb") as file:
        header = file.read(44)
        samples = file.read()
    channels, rate = struct.unpack_from("<HI", header, 22)
    size = int(seconds * rate) * channels * 2
    with open(target, "wb") as file:
        file.write(_header(size, rate, channels))
        while size > 0:
            file.write(samples[:size])
            size -= len(samples)


def _header(size, rate, channels):
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, channels, rate, rate * channels * 2, channels * 2, 16
    ) + b"data" + struct.pack("<I", size)
