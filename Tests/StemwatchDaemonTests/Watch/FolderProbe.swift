// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage
import TestKit

@testable import StemwatchDaemon

/// Runs a real watch on a real directory and keeps its events, so that a test can wait for the one it expects.
final class FolderProbe: Sendable {
    let watch: FolderWatch
    let root: FilePath
    private let received = Mutex<[FolderEvent]>([])
    private let arrived = Wakeup()
    private let batches = Mutex<[Int]>([])

    /// - Parameter magic: of the file system that the folder seems to be on; `nil`: the real one.
    init(_ settings: WatchSettings, queueBytes: Int, magic: UInt32?) {
        watch = FolderWatch(settings, queueBytes: queueBytes) { (path) throws(Failure) in
            var status = try FileSystemStatus.at(path)
            if let magic { (status.kind, status.isRemote) = FileSystemStatus.kind(magic: magic) }
            return status
        }
        root = settings.root
    }

    /// Watches `root` while `body` runs.
    static func watching(
        _ root: FilePath, queueBytes: Int = 1 << 20, magic: UInt32? = nil,
        _ adjust: (inout WatchSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (FolderProbe) async throws -> Void
    ) async throws {
        var settings = WatchSettings(folder: FolderName(rawValue: "inbox"), root: root)
        adjust(&settings)
        let probe = FolderProbe(settings, queueBytes: queueBytes, magic: magic)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await probe.watch.run(probe.take) }
            try await body(probe)
            group.cancelAll()
        }
    }

    private func take(_ events: [FolderEvent]) async {
        received.withLock { $0 += events }
        batches.withLock { $0.append(events.count) }
        arrived.wake()
    }

    var events: [FolderEvent] { received.withLock { $0 } }
    var largestBatch: Int { batches.withLock { $0.max() ?? 0 } }

    /// The number of events so far: the index from which to look for later ones.
    var now: Int { received.withLock { $0.count } }

    /// Waits for an event after the first `start` ones.
    @discardableResult
    func event(after start: Int = 0, _ matches: (FolderEvent) -> Bool) async throws -> FolderEvent {
        var at = start
        while true {
            try Task.checkCancellation()
            let all = events
            while at < all.count {
                if matches(all[at]) { return all[at] }
                at += 1
            }
            await arrived.wait()
        }
    }

    func scanned(after start: Int = 0) async throws {
        try await event(after: start) { if case .scanned = $0 { true } else { false } }
    }

    func available(after start: Int = 0) async throws -> Watching {
        let event = try await event(after: start) { if case .available = $0 { true } else { false } }
        guard case .available(_, let watching) = event else { preconditionFailure() }
        return watching
    }

    func unavailable(after start: Int = 0) async throws -> Failure {
        let event = try await event(after: start) { if case .unavailable = $0 { true } else { false } }
        guard case .unavailable(_, let failure) = event else { preconditionFailure() }
        return failure
    }

    /// Waits until the file at `path` was reported in its current state, with this kind of arrival.
    func seen(_ path: FilePath, _ arrival: Arrival, after start: Int = 0) async throws {
        try await event(after: start) { event in
            guard case .seen(let key, let identity, arrival) = event, key.path == path else { return false }
            return (try? FileIdentity.at(root.pushing(path))) == identity
        }
    }

    func vanished(_ path: FilePath, after start: Int = 0) async throws {
        try await event(after: start) { if case .vanished(let key) = $0 { key.path == path } else { false } }
    }

    /// Waits until everything that happened before this call was reported.
    func fence() async throws {
        try root.appending("fence.wav").write("x")
        try await seen("fence.wav", .written, after: now)
    }

    /// Paths reported as seen, with any kind of arrival.
    func seenPaths(after start: Int = 0) -> Set<FilePath> {
        Set(
            events[start...].compactMap {
                if case .seen(let key, _, _) = $0, key.path != "fence.wav" { key.path } else { nil }
            })
    }
}
