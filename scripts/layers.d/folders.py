# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the folders of a module to the one direction that ARCHITECTURE.md shows.

A type defined in one folder and named in another is an arrow. A table of ARCHITECTURE.md whose head begins with "Folder of `MODULE`" has a
row for each rank: a folder may name types of the rows above its own, and of nothing else. Where one row holds several folders they do not
name each other, unless arrows (→) stand between them: then those to the right may name those to the left.

    folders.py [ROOT]    exit status 1 after printing each breach: file, line, the name, the rule
"""

import pathlib
import re
import sys

DEFINITION = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias)\s+([A-Z]\w*)")
HIDDEN = re.compile(r"\b(?:private|fileprivate)\b")
NAME = re.compile(r"(?<![\w.])([A-Z]\w*)")
HEAD = re.compile(r"^\|\s*Folder of `(\w+)`")


def code_of(text: str) -> str:
    """The source without comments and without what stands in string literals; interpolations stay, and so do line ends."""
    out, i, stack = [], 0, ["code"]
    depth = [0]
    while i < len(text):
        if stack[-1] == "code":
            if text.startswith("//", i):
                i = text.find("\n", i) if "\n" in text[i:] else len(text)
                continue
            if text.startswith("/*", i):
                end = text.find("*/", i)
                end = len(text) if end < 0 else end + 2
                out.append("\n" * text.count("\n", i, end))
                i = end
                continue
            opened = re.match(r'#*"""|#*"', text[i:])
            if opened:
                stack.append(opened.group())
                depth.append(0)
                out.append(" ")
                i += opened.end()
                continue
            if text[i] == "(":
                depth[-1] += 1
            elif text[i] == ")":
                if depth[-1] == 0 and len(stack) > 1:
                    stack.pop()
                    depth.pop()
                    out.append(" ")
                    i += 1
                    continue
                depth[-1] -= 1
            out.append(text[i])
            i += 1
        else:
            quote = stack[-1]
            hashes = quote.count("#")
            close, escape = quote.lstrip("#") + "#" * hashes, "\\" + "#" * hashes
            if text.startswith(close, i):
                stack.pop()
                depth.pop()
                i += len(close)
            elif text.startswith(escape + "(", i):
                stack.append("code")
                depth.append(0)
                out.append(" ")
                i += len(escape) + 1
            elif text.startswith(escape, i):
                i += len(escape) + 1
            else:
                if text[i] == "\n":
                    out.append("\n")
                i += 1
    return "".join(out)


def tables(architecture: str) -> dict[str, list[tuple[list[str], bool]]]:
    """For each module its ranks: the folders of a row, and whether arrows put them in an order of their own."""
    found: dict[str, list[tuple[list[str], bool]]] = {}
    module = None
    for line in architecture.splitlines():
        head = HEAD.match(line)
        if head:
            module = head.group(1)
            found[module] = []
        elif module and line.startswith("|"):
            cell = line.split("|")[1]
            folders = re.findall(r"`(\w+)/`", cell)
            if folders:
                found[module].append((folders, "→" in cell))
        else:
            module = None
    return found


class Module:
    """The Swift files of a module by folder, and the top-level types each folder defines."""

    def __init__(self, root: pathlib.Path, name: str):
        self.name = name
        self.source = root / "Sources" / name
        self.files = {path: code_of(path.read_text()) for path in sorted(self.source.rglob("*.swift"))}
        self.home: dict[str, set[str]] = {}
        for path, code in self.files.items():
            for type_name in self.defined(code):
                self.home.setdefault(type_name, set()).add(self.folder(path))

    def folder(self, path: pathlib.Path) -> str:
        parts = path.relative_to(self.source).parts
        return parts[0] if len(parts) > 1 else ""

    @staticmethod
    def defined(code: str) -> set[str]:
        names, level = set(), 0
        for line in code.splitlines():
            if level == 0 and not HIDDEN.search(line):
                names.update(DEFINITION.findall(line))
            level += line.count("{") - line.count("}")
        return names

    def breaches(self, ranks: list[tuple[list[str], bool]]):
        place = {}
        for rank, (folders, ordered) in enumerate(ranks):
            for index, folder in enumerate(folders):
                place[folder] = (rank, index if ordered else 0)
        for path, code in self.files.items():
            here = self.folder(path)
            if here not in place:
                yield path, 1, here or path.name, f"stands in no row of the table for {self.name}"
                continue
            for number, line in enumerate(code.splitlines(), 1):
                for type_name in NAME.findall(line):
                    homes = self.home.get(type_name, set())
                    if not homes or here in homes:
                        continue
                    if all(place.get(home, (-1, 0)) >= place[here] for home in homes):
                        there = "/, ".join(sorted(homes))
                        yield path, number, type_name, f"{here}/ may not name {there}/, which stands beside or below it"


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    known = tables((root / "ARCHITECTURE.md").read_text())
    if not known:
        print("ARCHITECTURE.md has no table of folders", file=sys.stderr)
        return 1
    count = 0
    for name, ranks in known.items():
        seen = set()
        for path, number, type_name, rule in Module(root, name).breaches(ranks):
            if (path, type_name) in seen:
                continue
            seen.add((path, type_name))
            count += 1
            print(f"{path.relative_to(root)}:{number}: {type_name}: {rule}", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
