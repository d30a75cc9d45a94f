// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
public import SystemPackage

/// More events than the kernel keeps for a process that does not read them.
public enum EventStorm {
    /// Renames a file to and fro until an unread inotify queue has lost events of `directory`. Later events are lost as
    /// well. Leaves a file that is not a song.
    public static func pass(over directory: FilePath) throws {
        let limit = InotifyLimits.current()?.queuedEvents ?? 16_384
        let names = ["here.txt", "there.txt"].map { directory.appending($0).string }
        try FilePath(names[0]).write("")
        // Two events each, so twice the size of the queue: the stopped process may have read some of the first.
        for turn in 0...limit {
            guard rename(names[turn % 2], names[(turn + 1) % 2]) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
