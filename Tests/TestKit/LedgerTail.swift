// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import Platform
import Synchronization
public import SystemPackage

/// A ledger as it grows: its entries, past and to come, as JSON.
public final class LedgerTail: Sendable {
    /// Its whole lines, as they come.
    public let lines = LineLog()
    private struct State: Sendable {
        var offset: Int64 = 0
        var rest: [UInt8] = []
        var steps: DiskSteps?
    }
    private let state = Mutex(State())
    private let ledger: FilePath
    private let onEntry: @Sendable (JSONValue) -> Void

    /// - Parameters:
    ///   - stateDirectory: must exist; the ledger need not.
    ///   - onEntry: called for each entry, in order, on a thread of its own.
    public init(_ stateDirectory: FilePath, onEntry: @escaping @Sendable (JSONValue) -> Void = { _ in }) throws {
        ledger = stateDirectory.appending("ledger.jsonl")
        self.onEntry = onEntry
        let ledger = ledger
        let steps = try DiskSteps(below: [stateDirectory]) { [weak self] path in if path == ledger { self?.read() } }
        state.withLock { $0.steps = steps }
        read()
    }

    /// Waits for an event of the first job of a path.
    /// - Returns: the job.
    @discardableResult
    public func event(_ name: String, folder: String, path: String) async throws -> String {
        try await first(of: [name], folder: folder, path: path).job
    }

    /// The first event of one of these names of the job of a file, and that job.
    public func first(of names: [String], folder: String, path: String) async throws -> (event: String, job: String) {
        let found = await lines.first { line in
            let entry = try? JSONValue(parsing: line.utf8)
            return entry?["event"]?.string == "found" && entry?["path"]?.string == path
                && entry?["folder"]?.string == folder
        }
        guard let found, let job = try JSONValue(parsing: found.utf8)["job"]?.string else {
            throw StoryFailure("the ledger has no job of \(folder)/\(path)")
        }
        @Sendable func name(in line: String) -> String? {
            guard line.contains("\"job\":\"\(job)\"") else { return nil }
            return names.first { line.contains("\"event\":\"\($0)\"") }
        }
        guard let line = await lines.first(where: { name(in: $0) != nil }), let event = name(in: line) else {
            throw StoryFailure("the ledger has no \(names) of \(folder)/\(path)")
        }
        return (event, job)
    }

    private func read() {
        state.withLock { state in
            guard let file = try? FileDescriptor.open(ledger, .readOnly, options: [.closeOnExec]) else { return }
            defer { try? file.close() }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while let count = try? buffer.withUnsafeMutableBytes({
                try file.read(fromAbsoluteOffset: state.offset, into: $0)
            }), count > 0 {
                state.offset += Int64(count)
                state.rest += buffer[..<count]
            }
            var start = 0
            while let end = state.rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(state.rest[start..<end])
                start = end + 1
                lines.append(String(decoding: line, as: UTF8.self))
                if let entry = try? JSONValue(parsing: line) { onEntry(entry) }
            }
            state.rest.removeFirst(start)
        }
    }
}
