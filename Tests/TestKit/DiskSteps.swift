// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Synchronization
public import SystemPackage

/// Reports every change below some directories as soon as the kernel does, on a thread of its own, so that a test can
/// act right after a durable step. New directories below them are watched too.
public final class DiskSteps: Sendable {
    private struct State: Sendable {
        var inotify: Inotify?
        var paths: [WatchDescriptor: FilePath] = [:]
    }
    private let state = Mutex(State())
    private let onStep: @Sendable (FilePath) -> Void

    /// - Parameter onStep: called with the path that was written, made, renamed or removed; must not block for long.
    public init(below directories: [FilePath], onStep: @escaping @Sendable (FilePath) -> Void) throws {
        self.onStep = onStep
        let inotify = try Inotify(bytes: 8 << 20) { [weak self] in self?.pass() }
        state.withLock { $0.inotify = inotify }
        for directory in directories { try watch(directory, inotify) }
    }

    private static let mask: InotifyMask = [
        .create, .movedTo, .delete, .closeWrite, InotifyMask(rawValue: UInt32(IN_MODIFY)),
    ]

    private func watch(_ directory: FilePath, _ inotify: Inotify) throws(Failure) {
        let descriptor = try inotify.add(directory, [Self.mask, .onlyDirectory, .dontFollow])
        state.withLock { $0.paths[descriptor] = directory }
    }

    private func pass() {
        guard let inotify = state.withLock({ $0.inotify }), let batch = inotify.take() else { return }
        for event in batch {
            guard let directory = state.withLock({ $0.paths[event.watch] }), let name = event.name else { continue }
            let path = directory.appending(name)
            if event.mask.contains(.isDirectory), !event.mask.isDisjoint(with: [.create, .movedTo]) {
                // Already removed: nothing to watch.
                try? watch(path, inotify)
            }
            onStep(path)
        }
    }
}
