// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// Tells a thread that waits for descriptors to stop: `reader` is at its end then.
final class StopPipe: Sendable {
    let reader: FileDescriptor
    private let writer: Mutex<FileDescriptor?>

    init() throws(Failure) {
        let ends = try Pipe.open()
        reader = ends.reader
        writer = Mutex(ends.writer)
    }

    deinit {
        set()
        reader.closeQuietly()
    }

    /// From any thread, as often as one likes.
    func set() {
        let open = writer.withLock { writer in
            defer { writer = nil }
            return writer
        }
        open?.closeQuietly()
    }
}
