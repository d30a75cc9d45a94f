// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What a program that separates prints: how far it is, and its last words.
struct ProgramOutput {
    private(set) var progress: ProgressReader
    private var tail: [UInt8] = []
    private static let kept = 4096

    init(passes: Int) { progress = ProgressReader(passes: passes) }

    mutating func read(_ bytes: [UInt8]) {
        progress.read(bytes)
        tail = (tail + bytes).suffix(Self.kept)
    }

    /// One line, bounded, without the paths of this machine; `nil`: it said nothing.
    var lastWords: String? {
        let words = LogTail.withoutPaths(tail)
        return words.isEmpty ? nil : words
    }

    /// Whether it said that memory ran out, in the words of Python, C++, PyTorch or the C library.
    var ranOutOfMemory: Bool {
        let said = String(decoding: tail, as: UTF8.self).lowercased()
        return ["out of memory", "memoryerror", "allocate memory", "bad_alloc"].contains(where: said.contains)
    }
}
