// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// How folders lie to each other on the disk: nothing that Stemwatch writes may come back as its own input (lesson 24),
/// and no file may belong to two folders.
struct FolderLayout {
    let folders: [FolderDraft]
    let stateDirectory: FilePath
    let stateMark: YAMLMark?

    func check(_ problems: inout ProblemCollector) {
        let placed = folders.filter { !$0.folder.watch.root.isEmpty }
        for (index, folder) in placed.enumerated() {
            for other in placed[..<index] { checkApart(folder, other, &problems) }
            for watched in placed { checkWrites(of: folder, watched, &problems) }
            if let inside = Self.way(to: stateDirectory, in: folder.folder) {
                problems.error(
                    stateMark ?? folder.mark("path"),
                    "state_dir \(Printable(stateDirectory)) is \(inside) the watched folder \(Printable(folder.folder.watch.root))",
                    hint: "keep it elsewhere, such as /var/lib/stemwatch")
            }
        }
    }

    private func checkApart(_ folder: FolderDraft, _ other: FolderDraft, _ problems: inout ProblemCollector) {
        let (path, otherPath) = (folder.folder.watch.root, other.folder.watch.root)
        if path == otherPath {
            problems.error(
                folder.mark("path"),
                "\(Printable(path)) is watched twice, the other on line \(other.mark("path").line)",
                hint: "keep one of the two")
        } else if Self.way(to: path, in: other.folder) != nil {
            problems.error(
                folder.mark("path"),
                "\(Printable(path)) is inside \(Printable(otherPath)), which is watched with all below it",
                hint: "leave one out, or add the inner one to the outer one's ignore")
        } else if Self.way(to: otherPath, in: folder.folder) != nil {
            problems.error(
                folder.mark("path"), "\(Printable(path)) holds \(Printable(otherPath)), which is watched as well",
                hint: "leave one out, or add the inner one to the outer one's ignore")
        }
    }

    /// Where `folder` writes must be out of sight of the watch on `watched`.
    private func checkWrites(of folder: FolderDraft, _ watched: FolderDraft, _ problems: inout ProblemCollector) {
        let root = watched.folder.watch.root
        // A folder inside another was told of as that: where it writes follows.
        if root != folder.folder.watch.root, Self.way(to: folder.folder.watch.root, in: watched.folder) != nil {
            return
        }
        for (key, target) in [
            ("output", folder.folder.delivery.output), ("move_to", folder.folder.delivery.moveTarget ?? FilePath()),
        ]
        where !target.isEmpty {
            let place = folder.marks[key] ?? folder.mark("path")
            if let inside = Self.way(to: target, in: watched.folder) {
                problems.error(
                    place,
                    "\(key) \(Printable(target)) is \(inside) the watched folder \(Printable(root)): what is written there would be taken as new",
                    hint: "put it beside the folder, or add it to the folder's ignore")
            } else if root.starts(with: target), root != target {
                problems.error(
                    place,
                    "\(key) \(Printable(target)) holds the watched folder \(Printable(root)): what is written there could be taken as new",
                    hint: "put it beside the folder")
            }
        }
    }

    /// How a watch on `folder` comes to `path`: `nil` when it does not, since that is elsewhere or below a directory
    /// that is ignored.
    private static func way(to path: FilePath, in folder: FolderConfiguration) -> String? {
        let root = folder.watch.root
        guard path.starts(with: root) else { return nil }
        if path == root { return "the same as" }
        for name in path.components.dropFirst(root.components.count) {
            if case .ignored = folder.watch.ignore.verdict(directory: name) { return nil }
        }
        return "inside"
    }
}
