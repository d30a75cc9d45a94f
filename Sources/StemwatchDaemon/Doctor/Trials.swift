// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Makes a file that watching ignores, and checks whether the kernel reports it.
enum EventTrial {
    private static let patience = Duration.seconds(2)

    /// - Returns: whether an event came within two seconds.
    static func reportsEvents(in directory: FilePath) async throws(Failure) -> Bool {
        let wakeup = Wakeup()
        let inotify = try Inotify { wakeup.wake() }
        _ = try inotify.add(directory, [.closeWrite, .movedTo, .create, .onlyDirectory])
        try await BlockingPool.shared.run { () throws(Failure) in try WriteTrial.run(in: directory) }
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if inotify.take() != nil { return true }
            await wakeup.wait(until: deadline)
            if Task.isCancelled { return false }
        }
        return inotify.take() != nil
    }
}

/// Writes a small file, renames it and removes it: what every delivery does.
enum WriteTrial {
    private static let name = ".stemwatch-probe-\(ThisProcess.identifier)"

    /// Blocks: call it on a pool. Leaves nothing behind.
    static func run(in directory: FilePath) throws(Failure) {
        let (first, second) = (directory.appending(name), directory.appending(name + ".renamed"))
        defer {
            for path in [first, second] { try? DurableFiles.removeTree(path) }  // What is not there needs no removing.
        }
        try DurableFiles.replace(first, with: Array("stemwatch doctor\n".utf8))
        guard try DurableFiles.renameWithoutReplacing(first, second) else {
            throw Failure(.systemIO, "\(Printable(second)) is in the way", hint: "remove it", remedy: .stop)
        }
    }
}
