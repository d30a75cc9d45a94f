// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
public import SystemPackage

/// More events than the kernel keeps for somebody who does not read them.
public enum EventStorm {
    /// Renames a file to and fro until an inotify queue that nobody empties has lost events of `directory`. What comes after is
    /// lost as well. Leaves a file that is no song.
    public static func pass(over directory: FilePath) throws {
        let limit = InotifyLimits.current()?.queuedEvents ?? 16_384
        let names = ["here.txt", "there.txt"].map { directory.appending($0).string }
        try FilePath(names[0]).write("")
        // Two events each, twice what is kept: whoever was just stopped may have read some of the first.
        for turn in 0...limit {
            guard rename(names[turn % 2], names[(turn + 1) % 2]) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}
