#!/usr/bin/env python3
# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Golden vectors and reference cases for the built-in separator, from separate.py.

    golden.py vectors > separator-golden.txt    the few numbers that the default tests compare
    golden.py cases DIR                         full mixes, stems and masks, for scripts/check-separator

The mix is the one of Tests/AudioTests/SyntheticSong.swift. Lines of the golden file:
    case RATE CHANNELS FRAMES                   begins a case
    mask FRAME STEM STRIDE VALUE...             every STRIDE-th bin of one frame's mask
    stem STEM FIRST VALUE...                    interleaved samples from frame FIRST on
"""
import sys
from pathlib import Path

import numpy as np

import separate

GOLDEN = [(44100, 2, 52920), (8000, 1, 8000)]
CASES = [
    (44100, 2, 8 * 44100), (44100, 1, 4 * 44100), (48000, 2, 4 * 48000), (8000, 2, 4 * 8000), (11025, 1, 2 * 11025),
    (32000, 2, 2 * 32000), (96000, 2, 2 * 96000), (192000, 2, 2 * 192000), (44100, 2, 1), (44100, 2, 1000),
]


def song(rate, channels, frames):
    """channels x samples, as 32-bit floats."""
    state = 1

    def random():
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return state / 2147483648 - 1

    noise = np.array([[random() for _ in range(1 + channels)] for _ in range(frames)])
    t = np.arange(frames) / rate
    vibrato = 6 * np.sin(2 * np.pi * 5.5 * t)
    vocals = 0.16 * np.sin(2 * np.pi * 440 * t + vibrato) + 0.12 * np.sin(2 * np.pi * 1320 * t + 3 * vibrato)
    drums = 0.5 * np.exp(-40 * ((2 * t) % 1)) * noise[:, 0]
    bass = 0.25 * np.sin(2 * np.pi * 82.5 * t)
    mix = []
    for channel in range(channels):
        side = 1 if channel == 0 else -1
        pad = 0.1 * np.sin(2 * np.pi * (620 + 40 * side) * t) + 0.08 * np.sin(2 * np.pi * (2500 + 300 * side) * t)
        mix.append(vocals + drums + bass + pad + 0.002 * noise[:, 1 + channel])
    return np.stack(mix).astype(np.float32)


def line(*words):
    print(*(f"{w:.7f}" if isinstance(w, float) else w for w in words))


def vectors():
    for rate, channels, frames in GOLDEN:
        stems, masks = separate.separate(song(rate, channels, frames).astype(np.float64), rate)
        line("case", rate, channels, frames)
        bins, count = masks.shape[1:]
        for k in (count // 4, count // 2, count - 6):
            for name, mask in zip(separate.STEMS, masks):
                line("mask", k, name, bins // 40, *map(float, mask[:: bins // 40, k]))
        for name, stem in zip(separate.STEMS, stems):
            for first in (0, frames // 2, frames - 12):
                line("stem", name, first, *map(float, stem[:, first:first + 12].T.ravel()))


def cases(directory):
    for rate, channels, frames in CASES:
        out = Path(directory) / f"{rate}-{channels}-{frames}"
        out.mkdir(parents=True, exist_ok=True)
        mix = song(rate, channels, frames)
        mix.T.tofile(out / "mix.f32")
        separate.write(mix.astype(np.float64), rate, out)


if __name__ == "__main__":
    vectors() if sys.argv[1] == "vectors" else cases(sys.argv[2])
