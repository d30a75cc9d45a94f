// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// How folders lie to each other on the disk: nothing that Stemwatch writes may come back as its own input (lesson 24),
/// and no file may belong to two folders.
///
/// Looked up by the directories on the way to a path, not by comparing every folder with every other.
struct FolderLayout {
    private let folders: [FolderDraft]
    /// Which of `folders` watch a path.
    private let watching: [FilePath: [Int]]
    /// Which of `folders` watch something below a path.
    private let below: [FilePath: [Int]]

    init(_ folders: [FolderDraft]) {
        self.folders = folders.filter { !$0.folder.watch.root.isEmpty }
        var (watching, below): ([FilePath: [Int]], [FilePath: [Int]]) = ([:], [:])
        for (index, folder) in self.folders.enumerated() {
            watching[folder.folder.watch.root, default: []].append(index)
            for path in Self.above(folder.folder.watch.root) { below[path, default: []].append(index) }
        }
        (self.watching, self.below) = (watching, below)
    }

    /// - Parameter mark: where `stateDirectory` is given; `nil`: nowhere.
    func check(stateDirectory: FilePath, mark: YAMLMark?, _ problems: inout ProblemCollector) {
        for (index, folder) in folders.enumerated() {
            for other in around(folder.folder.watch.root) where other != index {
                checkApart(folder, index, from: folders[other], other, &problems)
            }
            checkWrites(of: folder, &problems)
        }
        for folder in around(stateDirectory).map({ folders[$0] }) {
            guard let inside = Self.way(to: stateDirectory, in: folder.folder) else { continue }
            problems.error(
                mark ?? folder.mark("path"),
                "state_dir \(Printable(stateDirectory)) is \(inside) the watched folder \(Printable(folder.folder.watch.root))",
                hint: "keep it elsewhere, such as /var/lib/stemwatch")
        }
    }

    /// The folders that watch a path or a directory above it.
    private func around(_ path: FilePath) -> [Int] { ([path] + Self.above(path)).flatMap { watching[$0] ?? [] } }

    /// The directories above a path, the nearest first.
    private static func above(_ path: FilePath) -> [FilePath] {
        var directories: [FilePath] = []
        var path = path
        while path.removeLastComponent() { directories.append(path) }
        return directories
    }

    /// - Parameter other: watches the same path, or a directory above it. The later one in the file is told of.
    private func checkApart(
        _ folder: FolderDraft, _ index: Int, from other: FolderDraft, _ otherIndex: Int,
        _ problems: inout ProblemCollector
    ) {
        let (path, otherPath) = (folder.folder.watch.root, other.folder.watch.root)
        if path == otherPath {
            guard otherIndex < index else { return }
            problems.error(
                folder.mark("path"),
                "\(Printable(path)) is watched twice, the other on line \(other.mark("path").line)",
                hint: "keep one of the two")
        } else if Self.way(to: path, in: other.folder) == nil {
            return
        } else if otherIndex < index {
            problems.error(
                folder.mark("path"),
                "\(Printable(path)) is inside \(Printable(otherPath)), which is watched with all below it",
                hint: "leave one out, or add the inner one to the outer one's ignore")
        } else {
            problems.error(
                other.mark("path"), "\(Printable(otherPath)) holds \(Printable(path)), which is watched as well",
                hint: "leave one out, or add the inner one to the outer one's ignore")
        }
    }

    /// Where `folder` writes must be out of sight of every watch.
    private func checkWrites(of folder: FolderDraft, _ problems: inout ProblemCollector) {
        for (key, target) in [
            ("output", folder.folder.delivery.output), ("move_to", folder.folder.delivery.moveTarget ?? FilePath()),
        ]
        where !target.isEmpty {
            let place = folder.marks[key] ?? folder.mark("path")
            for watched in around(target).map({ folders[$0] }) where !isInside(folder, watched) {
                guard let inside = Self.way(to: target, in: watched.folder) else { continue }
                problems.error(
                    place,
                    "\(key) \(Printable(target)) is \(inside) the watched folder \(Printable(watched.folder.watch.root)): what is written there would be taken as new",
                    hint: "put it beside the folder, or add it to the folder's ignore")
            }
            for watched in (below[target] ?? []).map({ folders[$0] }) where !isInside(folder, watched) {
                problems.error(
                    place,
                    "\(key) \(Printable(target)) holds the watched folder \(Printable(watched.folder.watch.root)): what is written there could be taken as new",
                    hint: "put it beside the folder")
            }
        }
    }

    /// A folder inside another was told of as that: where it writes follows.
    private func isInside(_ folder: FolderDraft, _ watched: FolderDraft) -> Bool {
        let root = watched.folder.watch.root
        return root != folder.folder.watch.root && Self.way(to: folder.folder.watch.root, in: watched.folder) != nil
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
