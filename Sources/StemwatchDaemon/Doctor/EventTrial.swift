// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Makes a file that watching ignores, and sees whether the kernel tells of it.
enum EventTrial {
    private static let patience = Duration.seconds(2)

    /// - Returns: whether an event came within two seconds.
    static func tells(of directory: FilePath) async throws(Failure) -> Bool {
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
