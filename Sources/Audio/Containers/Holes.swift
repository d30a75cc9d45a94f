// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// Stretches of a file that were never written.
enum Holes {
    /// Whether the file has any before `length`. False where the file system does not support the question.
    static func exist(in descriptor: FileDescriptor, length: Int64) -> Bool {
        // SEEK_HOLE, which Glibc shows only with _GNU_SOURCE. At the latest there is one at the end.
        let hole = lseek(descriptor.rawValue, 0, 4)
        return hole >= 0 && Int64(hole) < length
    }
}
