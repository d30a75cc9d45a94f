// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Sony's 64-bit RIFF, whose chunks are named by GUIDs.
enum Wave64 {
    /// The GUID of the outermost chunk: `riff`, then a fixed tail.
    static let riff: [UInt8] = [
        0x72, 0x69, 0x66, 0x66, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00,
    ]
}
