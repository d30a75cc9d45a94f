// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// How a stretch of audio is laid out.
public struct AudioFormat: Hashable, Sendable {
    public enum Samples: Hashable, Sendable {
        /// Integer PCM (or what a lossy codec decodes to at best), with its significant bits: 8…32.
        case integer(bits: Int)
        /// IEEE floating point of 32 or 64 bits.
        case float(bits: Int)
        /// A lossy codec: the decoder returns 32-bit float, and the format has no bit depth.
        case lossy
    }
    /// Frames a second.
    public var sampleRate: Int
    public var channels: Int
    public var samples: Samples

    public init(sampleRate: Int, channels: Int, samples: Samples) {
        self.sampleRate = sampleRate
        self.channels = channels
        self.samples = samples
    }
}
