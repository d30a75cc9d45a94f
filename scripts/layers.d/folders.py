# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the folders of a module to the one direction that ARCHITECTURE.md shows.

A type defined in one folder and named in another is an arrow. A table of ARCHITECTURE.md whose head begins with "Folder of `MODULE`" has a
row for each rank: a folder may name types of the rows above its own, and of nothing else. Where one row holds several folders they do not
name each other, unless arrows (→) stand between them: then those to the right may name those to the left.

Types are known by their names alone. So a name that a folder defines itself, at any depth, is taken for its own.

    folders.py ROOT [MODULE ...]    prints each breach: file, line, the name, the rule; then the exit status is 1.
                                    Each MODULE must have a table; every module that has one is checked.
"""

import pathlib
import re
import sys

DEFINITION = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias|associatedtype)\s+([A-Z]\w*)")
HIDDEN = re.compile(r"\b(?:private|fileprivate)\b")
NAME = re.compile(r"(?<![\w.])([A-Z]\w*)")
HEAD = re.compile(r"^\|\s*Folder of `(\w+)`")
CODE = re.compile(r'//[^\n]*|/\*.*?\*/|#*"""|#*"|[()]|[^/#"()]+|.', re.DOTALL)


def code_of(text: str) -> str:
    """The source without comments and without what stands in string literals; interpolations stay, and so do line ends."""
    out: list[str] = []

    def code(at: int, interpolated: bool) -> int:
        depth = 0
        while at < len(text):
            token = CODE.match(text, at)
            word, at = token.group(), token.end()
            if word.startswith(("//", "/*")):
                out.append("\n" * word.count("\n"))
            elif word.endswith('"'):
                at = string(at, word)
            elif word == ")" and interpolated and depth == 0:
                break
            else:
                depth += (word == "(") - (word == ")")
                out.append(word)
        return at

    def string(at: int, opening: str) -> int:
        marks = opening.strip('"')
        piece = re.compile(
            rf'(?P<close>{opening.lstrip("#")}{marks})|\\{marks}(?P<code>\()|\\{marks}.|[^"\\]+|.', re.DOTALL
        )
        out.append(" ")
        while at < len(text):
            token = piece.match(text, at)
            at = token.end()
            if token["close"]:
                break
            if token["code"]:
                at = code(at, interpolated=True)
                out.append(" ")
            out.append("\n" * token.group().count("\n"))
        out.append(" ")
        return at

    code(0, interpolated=False)
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
    """The Swift files of a module by folder, and the types each folder defines."""

    def __init__(self, root: pathlib.Path, name: str):
        self.name = name
        self.source = root / "Sources" / name
        self.files = {path: code_of(path.read_text()) for path in sorted(self.source.rglob("*.swift"))}
        # Folders by the name of a type that others can name, and by any name, nested and private ones included.
        self.home: dict[str, set[str]] = {}
        self.own: dict[str, set[str]] = {}
        for path, code in self.files.items():
            for type_name, is_visible in self.defined(code):
                self.own.setdefault(type_name, set()).add(self.folder(path))
                if is_visible:
                    self.home.setdefault(type_name, set()).add(self.folder(path))

    def folder(self, path: pathlib.Path) -> str:
        parts = path.relative_to(self.source).parts
        return parts[0] if len(parts) > 1 else ""

    @staticmethod
    def defined(code: str):
        level = 0
        for line in code.splitlines():
            for type_name in DEFINITION.findall(line):
                yield type_name, level == 0 and not HIDDEN.search(line)
            level += line.count("{") - line.count("}")

    def breaches(self, ranks: list[tuple[list[str], bool]]):
        """Each file with a line, the name in question, and the rule that it breaks."""
        place = {}
        for rank, (folders, ordered) in enumerate(ranks):
            for index, folder in enumerate(folders):
                place[folder] = (rank, index if ordered else 0)
        for folder in place.keys() - {self.folder(path) for path in self.files}:
            yield self.source / folder, 1, folder, f"stands in the table for {self.name}, and holds no Swift file"
        for path, code in self.files.items():
            here = self.folder(path)
            if here not in place:
                yield path, 1, here or path.name, f"stands in no row of the table for {self.name}"
                continue
            for number, line in enumerate(code.splitlines(), 1):
                for type_name in NAME.findall(line):
                    homes = self.home.get(type_name, set())
                    if not homes or here in self.own[type_name]:
                        continue
                    if all(place.get(home, (-1, 0)) >= place[here] for home in homes):
                        there = "/, ".join(sorted(homes))
                        yield path, number, type_name, f"{here}/ may not name {there}/, which stands beside or below it"


def main() -> int:
    root = pathlib.Path(sys.argv[1]).resolve()
    known = tables((root / "ARCHITECTURE.md").read_text())
    found = {}
    for name in sys.argv[2:]:
        if not known.get(name):
            found["ARCHITECTURE.md", name] = f"ARCHITECTURE.md:1: {name}: has no table of its folders"
    for name, ranks in known.items():
        for path, number, type_name, rule in Module(root, name).breaches(ranks):
            found.setdefault((path, type_name), f"{path.relative_to(root)}:{number}: {type_name}: {rule}")
    for line in found.values():
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
