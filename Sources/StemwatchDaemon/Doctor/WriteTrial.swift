// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

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
