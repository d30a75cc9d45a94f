// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// Checks how folders lie to each other on the disk: nothing that Stemwatch writes may come back as its own input, and
/// no file may belong to two folders. Links are followed.
///
/// It looks up the directories above a path, instead of comparing every folder with every other.
struct FolderLayout {
    private let folders: [FolderDraft]
    /// Where paths lead, for those that lead elsewhere than they are written.
    private let real: [FilePath: FilePath]
    /// Which of `folders` watch a path.
    private let watching: [FilePath: [Int]]
    /// Which of `folders` watch something below a path.
    private let below: [FilePath: [Int]]

    /// How long a share may take to resolve a path.
    private static let patience: Duration = .seconds(2)

    init(_ folders: [FolderDraft], stateDirectory: FilePath) {
        self.folders = folders.filter { !$0.folder.watch.root.isEmpty }
        let paths = self.folders.flatMap { draft in
            [draft.folder.watch.root] + Self.targets(of: draft).map(\.path)
        }
        let real = FilePath.resolving([stateDirectory] + paths, atMost: Self.patience)
        var (watching, below): ([FilePath: [Int]], [FilePath: [Int]]) = ([:], [:])
        for (index, folder) in self.folders.enumerated() {
            let root = real[folder.folder.watch.root] ?? folder.folder.watch.root
            watching[root, default: []].append(index)
            for path in Self.above(root) { below[path, default: []].append(index) }
        }
        (self.real, self.watching, self.below) = (real, watching, below)
    }

    /// - Parameter mark: where `stateDirectory` is given; `nil`: nowhere.
    func check(stateDirectory: FilePath, mark: YAMLMark?, _ problems: inout ProblemCollector) {
        for (index, folder) in folders.enumerated() {
            for other in around(place(folder.folder.watch.root)) where other != index {
                checkApart(folder, index, from: folders[other], other, &problems)
            }
            checkWrites(of: folder, &problems)
        }
        for folder in around(place(stateDirectory)).map({ folders[$0] }) {
            guard let inside = way(to: stateDirectory, in: folder.folder) else { continue }
            problems.error(
                mark ?? folder.mark("path"),
                "state_dir \(shown(stateDirectory)) is \(inside) the watched folder \(shown(folder.folder.watch.root))",
                hint: "keep it elsewhere, such as /var/lib/stemwatch")
        }
    }

    private func place(_ path: FilePath) -> FilePath { real[path] ?? path }

    /// The path as it is written, and where it leads when that is elsewhere.
    private func shown(_ path: FilePath) -> String {
        place(path) == path ? "\(Printable(path))" : "\(Printable(path)) (which leads to \(Printable(place(path))))"
    }

    /// The folders that watch a place or a directory above it.
    private func around(_ place: FilePath) -> [Int] { ([place] + Self.above(place)).flatMap { watching[$0] ?? [] } }

    /// The directories above a path, the nearest first.
    private static func above(_ path: FilePath) -> [FilePath] {
        var directories: [FilePath] = []
        var path = path
        while path.removeLastComponent() { directories.append(path) }
        return directories
    }

    /// Where a folder writes, and the keys that name it.
    private static func targets(of folder: FolderDraft) -> [(key: String, path: FilePath)] {
        let delivery = folder.folder.delivery
        return [("output", delivery.output), ("move_to", delivery.moveTarget ?? FilePath())].filter { !$0.1.isEmpty }
    }

    /// - Parameter other: watches the same place, or a directory above it. The error is at the later one in the file.
    private func checkApart(
        _ folder: FolderDraft, _ index: Int, from other: FolderDraft, _ otherIndex: Int,
        _ problems: inout ProblemCollector
    ) {
        let (path, otherPath) = (folder.folder.watch.root, other.folder.watch.root)
        if place(path) == place(otherPath) {
            guard otherIndex < index else { return }
            problems.error(
                folder.mark("path"),
                "\(shown(path)) is watched twice, the other on line \(other.mark("path").line)",
                hint: "keep one of the two")
        } else if way(to: path, in: other.folder) == nil {
            return
        } else if otherIndex < index {
            problems.error(
                folder.mark("path"),
                "\(shown(path)) is inside \(shown(otherPath)), which is watched with all below it",
                hint: "leave one out, or add the inner one to the outer one's ignore")
        } else {
            problems.error(
                other.mark("path"), "\(shown(otherPath)) holds \(shown(path)), which is watched as well",
                hint: "leave one out, or add the inner one to the outer one's ignore")
        }
    }

    /// Where `folder` writes must be out of sight of every watch.
    private func checkWrites(of folder: FolderDraft, _ problems: inout ProblemCollector) {
        for (key, target) in Self.targets(of: folder) {
            let mark = folder.marks[key] ?? folder.mark("path")
            for watched in around(place(target)).map({ folders[$0] }) where !isInside(folder, watched) {
                guard let inside = way(to: target, in: watched.folder) else { continue }
                problems.error(
                    mark,
                    "\(key) \(shown(target)) is \(inside) the watched folder \(shown(watched.folder.watch.root)): "
                        + "what is written there would be taken as new",
                    hint: "put it beside the folder, or add it to the folder's ignore")
            }
            for watched in (below[place(target)] ?? []).map({ folders[$0] }) where !isInside(folder, watched) {
                problems.error(
                    mark,
                    "\(key) \(shown(target)) holds the watched folder \(shown(watched.folder.watch.root)): what is "
                        + "written there could be taken as new",
                    hint: "put it beside the folder")
            }
        }
    }

    /// A folder inside another was reported as that, which covers where it writes.
    private func isInside(_ folder: FolderDraft, _ watched: FolderDraft) -> Bool {
        let (root, own) = (watched.folder.watch.root, folder.folder.watch.root)
        return place(root) != place(own) && way(to: own, in: watched.folder) != nil
    }

    /// How a watch on `folder` comes to `path`; `nil` when it does not, because that is elsewhere or below an ignored
    /// directory.
    private func way(to path: FilePath, in folder: FolderConfiguration) -> String? {
        let (path, root) = (place(path), place(folder.watch.root))
        guard path.starts(with: root) else { return nil }
        if path == root { return "the same as" }
        for name in path.components.dropFirst(root.components.count) {
            if case .ignored = folder.watch.ignore.verdict(directory: name) { return nil }
        }
        return "inside"
    }
}
