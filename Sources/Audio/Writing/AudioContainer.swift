// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The kinds of file that stems are written as.
public enum AudioContainer: String, Hashable, Sendable, CaseIterable {
    case wav, flac

    /// The file name's ending, without the dot.
    public var fileExtension: String { rawValue }

    /// The format of `source` in this container, without losing anything that the container can hold.
    ///
    /// WAV: integers at the next of 8, 16, 24, 32 bits, floats as they are, and lossy sources as 32-bit float, since
    /// their peaks often pass full scale. FLAC: 16 bits for up to 16, else 24.
    public func format(for source: AudioFormat) -> AudioFormat {
        var format = source
        switch (self, source.samples) {
        case (.wav, .integer(let bits)):
            format.samples = .integer(bits: bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 24 ? 24 : 32)
        case (.wav, .float): break
        case (.wav, .lossy): format.samples = .float(bits: 32)
        case (.flac, .integer(let bits)): format.samples = .integer(bits: bits <= 16 ? 16 : 24)
        case (.flac, .float), (.flac, .lossy): format.samples = .integer(bits: 24)
        }
        return format
    }
}
