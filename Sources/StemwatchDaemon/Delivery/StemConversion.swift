// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Writes one fetched stem into a track's folder, in the configured format.
enum StemConversion {
    /// A file that has the format already is moved as it is, byte for byte. Another is decoded and encoded, without a
    /// loss beyond the format's own (FLAC: 24 bits, clipped at full scale).
    ///
    /// - Parameter found: what the check of `file` found.
    static func write(
        _ file: FilePath, of found: StemReport.Stem, into folder: borrowing OpenDirectory, as name: FilePath.Component,
        _ format: DeliverySettings.Format, isCancelled: () -> Bool
    ) throws(Failure) {
        if isAlready(found.kind, format) { return try folder.adopt(file, as: name) }
        let container: AudioContainer = format == .wav ? .wav : .flac
        let reader = try AudioReader(file)
        let writer = try AudioWriter(
            folder.path.appending(name), format: container.format(for: reader.format), container: container,
            expecting: found.frames)
        try AudioCopy.samples(from: reader, to: writer) { () throws(Failure) in
            if isCancelled() {
                throw Failure(.jobCancelled, "the delivery was stopped", remedy: .retry(after: nil))
            }
        }
        try writer.finish()
    }

    /// A WAV over 4 GiB is an RF64, under the same ending.
    private static func isAlready(_ kind: String, _ format: DeliverySettings.Format) -> Bool {
        switch format {
        case .wav: kind == "WAV" || kind == "RF64"
        case .flac: kind == "FLAC"
        }
    }
}
