#!/usr/bin/env python3
# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""The built-in separator's formulas, written plainly and slowly, to check the fast ones against.

    separate.py MIX.f32 RATE CHANNELS OUT       writes OUT/{vocals,drums,bass,other}.f32 and OUT/masks.f32

MIX.f32 holds raw native 32-bit floats, interleaved. Stems are written the same way; masks as frames x stems x bins.
Needs numpy and scipy (tests that run by default do not: they read separator-golden.txt, made from this by golden.py).
"""
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import median_filter, uniform_filter

STEMS = ["vocals", "drums", "bass", "other"]
EPSILON = 1e-10


def fast_length(samples):
    """The multiple of 4 nearest to `samples` without a prime factor above 5; the shorter of two equally near."""
    def is_fast(n):
        for factor in (2, 3, 5):
            while n % factor == 0:
                n //= factor
        return n == 1
    candidates = [n for n in range(8, int(samples * 1.3) + 16, 4) if is_fast(n)]
    return min(candidates, key=lambda n: (abs(n - samples), n))


def window(n):
    return np.sin(np.pi * np.arange(n) / n)  # the square root of the periodic Hann window


def stft(x, n):
    """x: channels x samples, padded by n on both sides. Gives channels x bins x frames."""
    padded = np.pad(x, ((0, 0), (n, n)))
    hop = n // 4
    frames = (padded.shape[1] - n) // hop + 1
    index = np.arange(n)[None, :] + hop * np.arange(frames)[:, None]
    return np.fft.rfft(padded[:, index] * window(n), axis=2).transpose(0, 2, 1)


def istft(spectra, n, samples):
    hop = n // 4
    frames = np.fft.irfft(spectra.transpose(0, 2, 1), n, axis=2) * window(n) / 2
    out = np.zeros((spectra.shape[0], n + hop * frames.shape[1] + samples))
    for k in range(frames.shape[1]):
        out[:, k * hop:k * hop + n] += frames[:, k]
    return out[:, n:n + samples]


def median(a, bins, frames):
    return median_filter(a, size=(bins, frames), mode="nearest")


def harmonic_part(x, n, frames, bins):
    spectra = stft(x, n)
    a = np.abs(spectra).mean(axis=0)
    h, p = median(a, 1, frames), median(a, bins, 1)
    return istft(spectra * (h**2 / (h**2 + p**2 + EPSILON)), n, x.shape[1])


def clip(share):
    return np.clip(share, 0.005, 0.995)


def low_pass(f, corner, order):
    with np.errstate(over="ignore"):
        return 1 / (1 + (f / corner) ** (2 * order))


def separate(x, rate):
    """x: channels x samples. Gives stems (4 x channels x samples) and masks (4 x bins x frames)."""
    n, n_short, n_long = (fast_length(base * rate / 44100) for base in (4096, 1024, 16384))
    mix = stft(x, n)

    def percussive_share(length, frames, bins):
        h = stft(harmonic_part(x, length, frames, bins), n)
        inside, beside = (np.abs(part)**2 for part in (h, mix - h))
        inside, beside = inside.sum(axis=0), beside.sum(axis=0)
        return clip(beside / (inside + beside + EPSILON))

    ps = percussive_share(n_short, 33, 15)
    pl = percussive_share(n_long, 9, 61)
    a = np.abs(mix).mean(axis=0)
    p, h = median(a, 31, 1), median(a, 1, 17)
    p1 = clip(p**2 / (p**2 + h**2 + EPSILON))
    if len(x) == 2:
        def smooth(s):
            return uniform_filter(s, size=3, mode="nearest")
        left, right = mix
        shared = smooth((left * right.conj()).real)
        cen = clip(2 * shared / (smooth(np.abs(left)**2) + smooth(np.abs(right)**2) + EPSILON))
    else:
        cen = clip(np.ones_like(a))

    f = (np.arange(n // 2 + 1) * rate / n)[:, None]
    steady = ((1 - ps) * (1 - p1))**0.192
    weights = np.stack([
        5.22 * steady * pl**0.360 * cen**0.192 * (1 - low_pass(f, 349, 2)) * low_pass(f, 1765, 1.5),
        2.58 * ps**0.041 * p1**0.323 * pl**0.429,
        0.290 * steady * (1 - pl)**0.748 * low_pass(f, 310, 42) * cen**0.199,
        3.79 * steady * (1 - pl)**0.029 * (1 - cen)**0.898 * (1 - low_pass(f, 156, 1)) + 1e-4,
    ])
    masks = weights / weights.sum(axis=0)
    return np.stack([istft(mask * mix, n, x.shape[1]) for mask in masks]), masks


def write(x, rate, out):
    """Separates x (channels x samples) and writes its stems and masks into the directory `out`."""
    stems, masks = separate(x, rate)
    out.mkdir(parents=True, exist_ok=True)
    for name, stem in zip(STEMS, stems):
        stem.T.astype(np.float32).tofile(out / f"{name}.f32")
    masks.transpose(2, 0, 1).astype(np.float32).tofile(out / "masks.f32")


if __name__ == "__main__":
    path, rate, channels, out = sys.argv[1:]
    mix = np.fromfile(path, np.float32).reshape(-1, int(channels)).T.astype(np.float64)
    write(mix, int(rate), Path(out))
