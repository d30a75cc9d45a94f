// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio

/// What intake accepts; checked on the header before anything is decoded, and again on what was decoded.
public struct IntakeLimits: Hashable, Sendable {
    /// Bytes.
    public var maximumSize: Int64 = 4 << 30
    public var maximumDuration = AudioDuration(milliseconds: 3 * 3600 * 1000)
    public var minimumDuration = AudioDuration(milliseconds: 1000)
    public var maximumChannels = 2
    /// Hz.
    public var sampleRates = 8_000...192_000
    /// Peak, in dB below full scale, under which a track counts as silent.
    public var silencePeak = -90.0
}
