// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CSndFile
import Platform
import SystemPackage

/// How libsndfile writes a format.
struct Encoding {
    /// libsndfile's number for it.
    let type: Int
    /// Frames that fit.
    let capacity: Int64

    /// - Throws: `system.unsupported` for a format that `container` does not hold.
    init(
        of format: AudioFormat, in container: AudioContainer, expecting frames: Int64?, _ path: FilePath
    ) throws(Failure) {
        let (subtype, bytes): (Int, Int64) =
            switch format.samples {
            case .integer(8) where container == .wav: (SF_FORMAT_PCM_U8, 1)
            case .integer(16): (SF_FORMAT_PCM_16, 2)
            case .integer(24): (SF_FORMAT_PCM_24, 3)
            case .integer(32) where container == .wav: (SF_FORMAT_PCM_32, 4)
            case .float(32) where container == .wav: (SF_FORMAT_FLOAT, 4)
            case .float(64) where container == .wav: (SF_FORMAT_DOUBLE, 8)
            default: throw .unwritable(format, path)
            }
        guard format.channels > 0, format.sampleRate > 0 else { throw .unwritable(format, path) }
        guard container == .wav else {
            type = SF_FORMAT_FLAC | subtype
            capacity = .max
            return
        }
        // 64 KiB is for the header: libsndfile's are of 44 to 104 bytes.
        let plain = (Int64(UInt32.max) - 65_536) / (bytes * Int64(format.channels))
        if let frames, frames <= plain {
            type = SF_FORMAT_WAV | subtype
            capacity = plain
        } else {
            type = SF_FORMAT_RF64 | subtype
            capacity = .max
        }
    }
}

extension Failure {
    /// A format that the container does not hold.
    static func unwritable(_ format: AudioFormat, _ path: FilePath) -> Self {
        Failure(
            .systemUnsupported,
            "\(Printable(path)) cannot be written with \(format.channels) channels of \(format.samples) "
                + "at \(format.sampleRate) Hz",
            remedy: .reject)
    }
}
