// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One stem during the check.
final class StemTrack {
    let name: StemName
    let format: AudioFormat
    private let reader: AudioReader
    /// The current block, interleaved, padded with zeros.
    private var samples: [Float]
    private(set) var report: StemReport.Stem

    init(_ name: StemName, _ file: FilePath, block: Int) throws(Failure) {
        do throws(Failure) { reader = try AudioReader(file) } catch { throw Self.blame(error, name) }
        self.name = name
        format = reader.format
        samples = [Float](repeating: 0, count: block * format.channels)
        report = StemReport.Stem(kind: reader.kind, format: format, frames: 0, peak: 0, isFinite: true)
    }

    /// Reads the next block; returns its number of frames.
    func advance() throws(Failure) -> Int {
        do throws(Failure) {
            let frames = try samples.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in
                let frames = try reader.read(into: buffer)
                buffer[(frames * format.channels)...].update(repeating: 0)
                return frames
            }
            report.frames += Int64(frames)
            measure(frames * format.channels)
            return frames
        } catch { throw Self.blame(error, name) }
    }

    /// Adds the current block to `sum`, which has the same length.
    func add(to sum: inout [Double]) {
        precondition(sum.count == samples.count)
        for i in 0..<samples.count { sum[i] += Double(samples[i]) }
    }

    private func measure(_ count: Int) {
        var (peak, isFinite) = (report.peak, true)
        for sample in samples[..<count] {
            // A comparison with NaN is false; infinity is excluded too.
            if sample.magnitude < .infinity { peak = max(peak, sample.magnitude) } else { isFinite = false }
        }
        report.peak = peak
        if !isFinite { report.isFinite = false }
    }

    /// A backend is responsible for a stem's content, but not for errors of the machine.
    private static func blame(_ failure: Failure, _ name: StemName) -> Failure {
        switch failure.code {
        case .systemIO, .systemLimit: failure
        default:
            Failure(
                .backendBadStems, "the stem \(name) cannot be read: \(failure.message)", remedy: .retry(after: nil))
        }
    }
}
