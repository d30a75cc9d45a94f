// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

@testable import Audio

/// Edits MP3 files.
enum MP3 {
    /// The same stream without its first frame, which is the one that holds the Xing or Info header.
    static func withoutInformation(_ bytes: [UInt8]) -> [UInt8] {
        let start = bytes.indices.first { MPEGHeader(bytes[$0...]) != nil }!
        return Array(bytes[(start + MPEGHeader(bytes[start...])!.length)...])
    }
}
