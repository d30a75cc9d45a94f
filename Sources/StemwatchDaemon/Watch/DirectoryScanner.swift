// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Walks a directory tree a little at a time. Its memory grows with the directories still to be visited, never with the
/// files. Follows no link, and looks at nothing that the rules ignore.
struct DirectoryScanner: ~Copyable {
    /// What a step of the walk found.
    enum Found {
        /// A regular file that passed the rules.
        case file(FilePath, FileStatus, Arrival)
        /// Something that could not be read; the walk goes on beside it.
        case unreadable(FilePath, Failure)
        /// The budget is used up; there is more.
        case paused
        /// There is nothing more.
        case ended
    }

    private struct Directory {
        let path: FilePath
        /// The watch on its parent.
        let parent: WatchDescriptor
        let arrival: Arrival
    }

    private let root: FilePath
    private let rules: IgnoreRules
    private var pending: [Directory] = []
    private var reader: DirectoryReader?
    /// What `reader` reads, and the watch on it.
    private var path = FilePath()
    private var watch = DirectoryTable.root
    private var arrival = Arrival.scan

    /// - Parameter root: the watched folder. If it is a link it is followed: the configuration means what it points to.
    init(root: FilePath, rules: IgnoreRules) {
        self.root = root
        self.rules = rules
    }

    /// Nothing is left to visit.
    var isIdle: Bool { reader == nil && pending.isEmpty }

    /// Adds a directory to the walk: `path` is relative, empty for the watched folder itself.
    mutating func visit(_ path: FilePath, below parent: WatchDescriptor, as arrival: Arrival) {
        pending.append(Directory(path: path, parent: parent, arrival: arrival))
    }

    /// Goes on until there is something to report.
    /// - Parameters:
    ///   - budget: entries still to be looked at before a pause.
    ///   - enter: called with each directory before it is read, so that later changes in it make events. Takes its
    ///     absolute path, its name (`nil` for the watched folder) and its parent's watch; returns its own watch.
    /// - Throws: when the watched folder itself cannot be read, and `folder.watch_limit` from `enter`: both end the
    ///   walk.
    mutating func next(
        budget: inout Int,
        enter: (FilePath, FilePath.Component?, WatchDescriptor) throws(Failure) -> WatchDescriptor
    ) throws(Failure) -> Found {
        while true {
            if budget <= 0 { return .paused }
            budget -= 1
            if reader == nil {
                guard let directory = pending.popLast() else { return .ended }
                if let failure = try open(directory, enter) { return .unreadable(directory.path, failure) }
                continue
            }
            do throws(Failure) {
                if let found = try look() { return found }
            } catch {
                let failed = path
                reader = nil
                if failed.isEmpty { throw error }
                return .unreadable(failed, error)
            }
        }
    }

    /// - Returns: why it could not be entered.
    private mutating func open(
        _ directory: Directory,
        _ enter: (FilePath, FilePath.Component?, WatchDescriptor) throws(Failure) -> WatchDescriptor
    ) throws(Failure) -> Failure? {
        let absolute = directory.path.isEmpty ? root.appending(".") : root.pushing(directory.path)
        do throws(Failure) {
            watch = try enter(absolute, directory.path.lastComponent, directory.parent)
            reader = try DirectoryReader(absolute)
        } catch {
            if directory.path.isEmpty || error.code == .folderWatchLimit { throw error }
            // It went away after its name was read: that is no failure, and its parent's watch reports it.
            return error.code == .folderMissing ? nil : error
        }
        path = directory.path
        arrival = directory.arrival
        return nil
    }

    /// One entry of the directory that is open.
    private mutating func look() throws(Failure) -> Found? {
        guard let entry = try reader!.next() else {
            reader = nil
            return nil
        }
        // The name alone rules out most files, without a look at them.
        if entry.kind == .regular, rules.verdict(file: entry.name) != .watched { return nil }
        if entry.kind == .directory { return enlist(entry.name) }
        guard entry.kind == nil || entry.kind == .regular else { return nil }
        do throws(Failure) {
            let status = try reader!.status(of: entry.name)
            switch status?.kind {
            case .directory: return enlist(entry.name)
            case .regular where entry.kind == .regular || rules.verdict(file: entry.name) == .watched:
                return status.map { .file(path.appending(entry.name), $0, arrival) }
            default: return nil
            }
        } catch {
            return .unreadable(path.appending(entry.name), error)
        }
    }

    private mutating func enlist(_ name: FilePath.Component) -> Found? {
        if rules.verdict(directory: name) == .watched {
            pending.append(Directory(path: path.appending(name), parent: watch, arrival: arrival))
        }
        return nil
    }
}
