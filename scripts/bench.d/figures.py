# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""What was measured, and the table it is printed in."""

import dataclasses
import os


class CannotMeasure(Exception):
    """Why something could not be measured, in a sentence."""


@dataclasses.dataclass
class Figure:
    """One thing measured, beside a reference of the same unit measured in the same run."""

    name: str
    value: float
    unit: str
    reference: str = ""
    reference_value: float | None = None
    bar: float | None = None
    """The most it may be; with `more_is_better`, the least."""
    more_is_better: bool = False

    @property
    def verdict(self):
        if self.bar is None:
            return ""
        kept = self.value >= self.bar if self.more_is_better else self.value <= self.bar
        return f"{'≥' if self.more_is_better else '≤'} {number(self.bar)} {'kept' if kept else 'MISSED'}"

    @property
    def ratio(self):
        if not self.reference_value:
            return ""
        ratio = self.value / self.reference_value
        return f"{ratio:.0f} ×" if ratio >= 100 else f"{ratio:.2g} ×"

    def row(self):
        reference = "" if self.reference_value is None else f"{number(self.reference_value)} {self.unit}"
        return [self.name, f"{number(self.value)} {self.unit}", self.verdict, reference, self.ratio, self.reference]


HEADINGS = ["figure", "measured", "bar", "reference", "ratio", "the reference is"]


def number(value):
    """Three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1g}"


def show(figures):
    """A table that is as readable in a terminal as in Markdown."""
    rows = [HEADINGS] + [figure.row() for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


def machine():
    """The machine, in half a line."""
    system = "Linux"
    with open("/etc/os-release", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("PRETTY_NAME="):
                system = line.split("=", 1)[1].strip().strip('"')
    return f"{os.cpu_count()} cores, {system}, Linux {os.uname().release.split('-')[0]}, load {os.getloadavg()[0]:.1f}"
