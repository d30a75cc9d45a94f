// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
import Synchronization
public import SystemPackage

/// A real disk whose calls can be made to fail. Tests pass it where `FileCalls` are taken.
public final class FaultyDisk: Sendable {
    private struct State {
        var room: Int?
        var longestWrite = Int.max
        var failures: [Call: Errno] = [:]
        var callsLeft: Int?
        var log: [Call] = []
    }
    public enum Call: Hashable, Sendable { case write, sync, rename }

    private let state = Mutex(State())
    private let beforeSync: @Sendable () -> Void

    /// - Parameter beforeSync: runs on the thread that syncs, before it does.
    public init(beforeSync: @escaping @Sendable () -> Void = {}) { self.beforeSync = beforeSync }

    /// Bytes that still fit; `nil`: any number.
    public func leave(room: Int?) { state.withLock { $0.room = room } }
    /// The most bytes of a single write.
    public func shorten(writesTo bytes: Int) { state.withLock { $0.longestWrite = bytes } }
    /// Every such call fails from now on; `nil`: calls work.
    public func fail(_ call: Call, with error: Errno?) { state.withLock { $0.failures[call] = error } }
    /// After so many more calls of any kind, every one fails.
    public func fail(after calls: Int) { state.withLock { $0.callsLeft = calls } }
    /// Every call so far, failed calls included.
    public var log: [Call] { state.withLock { $0.log } }

    private func admit(_ call: Call) -> Errno? {
        state.withLock { state in
            state.log.append(call)
            if let left = state.callsLeft {
                if left == 0 { return .ioError }
                state.callsLeft = left - 1
            }
            return state.failures[call]
        }
    }

    public var calls: FileCalls {
        FileCalls { descriptor, bytes in
            if let error = self.admit(.write) { return .failure(error) }
            let count = self.state.withLock { min(bytes.count, $0.longestWrite, $0.room ?? .max) }
            guard count > 0 else { return .failure(.noSpace) }
            let result = FileCalls.live.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            if case .success(let written) = result {
                self.state.withLock { state in state.room = state.room.map { $0 - written } }
            }
            return result
        } sync: { descriptor in
            self.beforeSync()
            return self.admit(.sync) ?? FileCalls.live.sync(descriptor)
        } rename: { from, to in
            self.admit(.rename) ?? FileCalls.live.rename(from, to)
        }
    }
}
