# Copyright (c) 2026 the Stemwatch authors
# SPDX-License-Identifier: Apache-2.0
"""Proves that folders.py goes red for what breaks the table, and for nothing else: each test makes a small tree of its own."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TABLE = """
| Folder of `House` | Holds |
|---|---|
| `Ground/` | what all stand on |
| `Left/` `Right/` | two that stand beside each other |
| `First/` → `Second/` | two in an order |
| `Roof/` | what stands on all |
"""
SOUND = {
    "Ground/Stone.swift": "public struct Stone {}\n",
    "Left/Door.swift": "struct Door { let stone: Stone }\n",
    "Right/Window.swift": "struct Window { let stone: Stone }\n",
    "First/Stair.swift": "struct Stair { let door: Door }\n",
    "Second/Step.swift": "extension Stair { func step(_ window: Window) {} }\n",
    "Roof/Tile.swift": "enum Tile { case of(Stair, Stone) }\n",
}


class FoldersTest(unittest.TestCase):
    def check(self, *modules: str, table: str = TABLE, **files: str) -> list[str]:
        """What is printed of a sound tree with these files in it; empty exactly when the exit status is 0."""
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "ARCHITECTURE.md").write_text(f"# A house\n{table}\nNothing more.\n")
            for name, text in (SOUND | {name.replace("__", "/") + ".swift": text for name, text in files.items()}).items():
                path = root / "Sources/House" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            script = pathlib.Path(__file__).with_name("folders.py")
            run = subprocess.run([sys.executable, "-B", script, root, *modules], capture_output=True, text=True)
            self.assertEqual(run.stdout, "")
            self.assertEqual(run.returncode, 1 if run.stderr else 0)
            return run.stderr.replace("Sources/House/", "").splitlines()

    def test_a_sound_tree_is_green(self):
        self.assertEqual(self.check("House"), [])

    def test_an_arrow_downwards_is_red_and_names_file_line_name_and_rule(self):
        self.assertEqual(
            self.check(Ground__Sand="\n\nlet tile = Tile.self\n"),
            ["Ground/Sand.swift:3: Tile: Ground/ may not name Roof/, which stands beside or below it"],
        )

    def test_each_name_is_reported_once_a_file(self):
        self.assertEqual(len(self.check(Ground__Sand="let a: Tile\nlet b: Tile\nlet c: Stair\n")), 2)

    def test_an_arrow_to_the_neighbour_is_red_unless_the_table_has_it(self):
        self.assertEqual(len(self.check(Left__Key="let window: Window\n")), 1)
        self.assertEqual(len(self.check(First__Rail="let landing: Landing\n", Second__Landing="struct Landing {}\n")), 1)

    def test_a_circle_is_red_once_at_least(self):
        circle = self.check(Left__Key="struct Key { var pane: Pane }\n", Right__Pane="struct Pane { var key: Key? }\n")
        self.assertEqual([line.split(":")[2] for line in circle], [" Pane", " Key"])

    def test_a_folder_that_the_table_lacks_is_red(self):
        self.assertEqual(
            self.check(Cellar__Wine="struct Wine {}\n"),
            ["Cellar/Wine.swift:1: Cellar: stands in no row of the table for House"],
        )
        self.assertEqual(len(self.check(House="struct House {}\n")), 1)

    def test_a_row_without_a_folder_is_red(self):
        table = TABLE + "| `Chimney/` | smoke |\n"
        self.assertEqual(
            self.check(table=table), ["Chimney:1: Chimney: stands in the table for House, and holds no Swift file"]
        )

    def test_a_module_without_its_table_is_red(self):
        self.assertEqual(self.check("House", "Garden"), ["ARCHITECTURE.md:1: Garden: has no table of its folders"])
        self.assertEqual(len(self.check("House", table="")), 1)

    def test_a_name_in_a_comment_or_a_string_is_no_arrow(self):
        text = '/// A Tile.\n/* Tile\n Tile */ let a = "Tile \\" Tile"\nlet b = #"Tile \\(Tile) " Tile"#\n'
        text += 'let c = """\n  Tile "Tile"\n  """\n'
        self.assertEqual(self.check(Ground__Sand=text), [])

    def test_a_name_in_an_interpolation_is_one(self):
        text = 'let a = "x \\(f("Stair", (1, Tile.self)))"\nlet b = #"\\#(Stair.self)"#\n'
        self.assertEqual(
            [line.split(": ")[:2] for line in self.check(Ground__Sand=text)],
            [["Ground/Sand.swift:1", "Tile"], ["Ground/Sand.swift:2", "Stair"]],
        )

    def test_a_nested_type_is_reached_only_by_its_outer_name(self):
        nested = "struct Wall {\n    enum Paint { case white }\n}\n"
        self.assertEqual(self.check(Roof__Wall=nested, Ground__Sand="let paint: Paint\nlet a: Stone.Wall\n"), [])

    def test_a_name_that_a_folder_defines_itself_is_its_own(self):
        self.assertEqual(self.check(Ground__Sand="struct Sand {\n    struct Tile {}\n    let tile: Tile\n}\n"), [])
        self.assertEqual(self.check(Ground__Sand="private struct Tile {}\nlet tile: Tile\n"), [])


if __name__ == "__main__":
    unittest.main()
