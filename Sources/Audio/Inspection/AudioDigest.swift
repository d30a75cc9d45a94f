// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform

/// SHA-256 over decoded audio in a form that does not depend on its container.
///
/// The form, all little endian: the bytes `stemwatch audio 1`; frames a second, then channels, as 32-bit integers; one
/// byte for the kind of samples; then the samples, interleaved:
/// - `i` integers of up to 16 bits (µ-law, ADPCM and the like decode to these): 16-bit, left-justified
/// - `I` integers of more bits: 32-bit, left-justified
/// - `f` 32-bit floats, and what lossy codecs decode to: their bits
/// - `F` 64-bit floats: their bits
///
/// So a WAV, an AIFF and a FLAC of the same samples have one digest, whatever their tags. Lossy codecs decode to the
/// same samples on the same machine with the same libraries; on others the last bit may differ.
struct AudioDigest {
    private var hasher = SHA256()

    init(of format: AudioFormat) {
        var head = Array("stemwatch audio 1".utf8)
        for number in [UInt32(clamping: format.sampleRate), UInt32(clamping: format.channels)] {
            withUnsafeBytes(of: number.littleEndian) { head += $0 }
        }
        let kind: Unicode.Scalar =
            switch format.samples {
            case .integer(let bits): bits <= 16 ? "i" : "I"
            case .lossy, .float(32): "f"
            case .float: "F"
            }
        hasher.update(data: head + [UInt8(ascii: kind)])
    }

    /// Adds interleaved samples. The caller passes them in the type of the form.
    mutating func add(_ samples: UnsafeBufferPointer<some BitwiseCopyable>) {
        #if _endian(big)
            #error("the canonical form is little endian")
        #endif
        hasher.update(bufferPointer: UnsafeRawBufferPointer(samples))
    }

    func finish() -> Digest256 { Digest256(bytes: Array(hasher.finalize()))! }
}
