// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// A folder as far as it was read, with the places that messages about it point at.
struct FolderDraft {
    var folder: FolderConfiguration
    /// Where it begins.
    var mark: YAMLMark
    var marks: KeyGroup.Marks

    /// The place of a key, or of the folder when the key was left out.
    func mark(_ key: String) -> YAMLMark { marks[key] ?? mark }

    /// Nothing read yet: no path, no name, no output.
    static let blank = FolderConfiguration(
        watch: WatchSettings(folder: FolderName(rawValue: ""), root: FilePath()),
        delivery: DeliverySettings(output: FilePath()))

    /// Reads one item of `folders`, on top of `defaults`.
    static func read(_ node: YAMLNode, defaults: FolderConfiguration, _ problems: inout ProblemCollector) -> Self {
        var folder = defaults
        let marks = KeyGroup.read(node, "a folder", FolderKeys.all, into: &folder, &problems)
        var draft = Self(folder: folder, mark: node.mark, marks: marks)
        draft.complete(&problems)
        checkMove(node, folder, marks, at: node.mark, &problems)
        return draft
    }

    /// Reads `defaults`: what every folder begins with.
    static func readDefaults(_ node: YAMLNode, _ problems: inout ProblemCollector) -> FolderConfiguration {
        var defaults = blank
        let marks = KeyGroup.read(node, "defaults", FolderKeys.shared, into: &defaults, &problems)
        checkMove(node, defaults, marks, at: nil, &problems)
        return defaults
    }

    /// `source: move` and `move_to` go together. In `defaults` (`place` nil) `move_to` may be missing: a folder can
    /// have it.
    private static func checkMove(
        _ node: YAMLNode, _ folder: FolderConfiguration, _ marks: KeyGroup.Marks, at place: YAMLMark?,
        _ problems: inout ProblemCollector
    ) {
        let choice = folder.delivery.sourceChoice
        if choice == .move, folder.delivery.moveTarget == nil, let place {
            problems.error(
                marks["source"] ?? place, "source is move, but nothing says where to",
                hint: "add move_to: with a folder")
        }
        guard choice != .move, case .mapping(let entries) = node.content,
            let target = entries.first(where: { $0.key == "move_to" }), !target.value.isNull
        else { return }
        problems.error(
            target.value.mark, "move_to stands here, but source is \(choice.rawValue)",
            hint: "write source: move, or leave move_to out")
    }

    /// Derives what was left out: the name and output from the path, the rules from the patterns.
    private mutating func complete(_ problems: inout ProblemCollector) {
        if marks["path"] == nil {
            problems.error(mark, "this folder has no path", hint: "say what to watch, such as path: /srv/music/inbox")
        }
        let path = folder.watch.root
        if !path.isEmpty, let last = path.lastComponent {
            if folder.watch.folder.rawValue.isEmpty, marks["name"] == nil {
                if let name = String(validating: last).flatMap(FolderName.init(checking:)) {
                    folder.watch.folder = name
                } else {
                    problems.error(
                        mark("path"), "\(Printable(path)) ends in nothing that can name a folder",
                        hint: "add a name, such as name: inbox")
                }
            }
            if folder.delivery.output.isEmpty, marks["output"] == nil {
                folder.delivery.output = Self.sibling(of: path)
            }
        } else if !path.isEmpty {
            problems.error(mark("path"), "path is /, which is the whole file system", hint: "name the folder to watch")
        }
        // Every pattern was checked on its own, so this fails only where a problem was reported already.
        if let rules = try? IgnoreRules(extensions: folder.extensions, ignoring: folder.ignoring) {
            folder.watch.ignore = rules
        }
        checkItself(&problems)
    }

    /// The folder beside `path` with `-stems` after its name, which need not be UTF-8.
    private static func sibling(of path: FilePath) -> FilePath {
        let bytes = path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: path.length)) }
        return (bytes + "-stems".utf8.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
            FilePath(platformString: $0.baseAddress!)
        }
    }

    /// What can be checked without the other folders.
    private func checkItself(_ problems: inout ProblemCollector) {
        if folder.intake.minimumDuration > folder.intake.maximumDuration {
            problems.error(
                mark("min_duration"), "min_duration is more than max_duration: no track could be accepted",
                hint: "lower it")
        }
        if folder.stems?.isEmpty == true {
            problems.error(mark("stems"), "stems names no stem", hint: "leave it out for all that the backend makes")
        }
        if folder.extensions.isEmpty {
            problems.error(
                mark("extensions"), "extensions names none: no file could be accepted",
                hint: "leave it out for the usual ones")
        }
    }
}
