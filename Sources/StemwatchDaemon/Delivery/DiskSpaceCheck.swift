// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Checks whether the stems of a track will fit on the disk, before anything is paid.
enum DiskSpaceCheck {
    /// What must stay free for other programs.
    static let reserve: UInt64 = 64 << 20

    /// The most bytes that `stems` stems of the track take while they are delivered: what is fetched and, where the
    /// format differs, what is made of it. FLAC is counted as if it saved nothing.
    static func estimate(_ facts: TrackFacts, stems: Int, format: DeliverySettings.Format) -> UInt64 {
        let sample: UInt64
        switch facts.format.samples {
        case .integer(let bits), .float(let bits): sample = UInt64(max(1, bits + 7) / 8)
        case .lossy: sample = 4
        }
        let copies: UInt64 = format == .flac ? 2 : 1
        // A header may claim any number: saturate.
        return [UInt64(max(1, facts.format.channels)), sample, UInt64(max(0, stems)), copies].reduce(
            UInt64(max(0, facts.frames))
        ) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            return overflow ? .max : product
        }
    }

    /// Throws `output.full`, held until the surroundings change, when the estimate and ``reserve`` do not fit;
    /// `output.unwritable` when the output's file system is read-only or not there. Blocks: call it on a pool.
    static func check(
        _ settings: DeliverySettings, _ facts: TrackFacts, stems: Int
    ) throws(Failure) {
        let needed = estimate(facts, stems: stems, format: settings.format)
        // Before the first delivery only the output's parent is there.
        let exists = try FileStatus.at(settings.output) != nil
        let place = exists ? settings.output : settings.output.removingLastComponent()
        guard try FileStatus.at(place) != nil else {
            throw Failure(
                .outputUnwritable,
                "the output folder \(Printable(settings.output)) cannot be made: its parent is missing",
                hint: "mount the disk it is on, or make the folder", remedy: .hold(until: .surroundings))
        }
        try judge(try FileSystemStatus.at(place), needed: needed, settings.output)
    }

    static func judge(_ system: FileSystemStatus, needed: UInt64, _ output: FilePath) throws(Failure) {
        if system.readOnly {
            throw Failure(
                .outputUnwritable, "the file system of \(Printable(output)) is read-only",
                hint: "mount it writable, or open it to the service with ReadWritePaths=",
                remedy: .hold(until: .surroundings))
        }
        if system.availableBytes < reserve || system.availableBytes - reserve < needed {
            throw Failure(
                .outputFull,
                "\(Printable(output)) has \(system.availableBytes.wholeMegabytes) MB free, and the stems need up to "
                    + "\(needed.fullMegabytes) MB with \(reserve.fullMegabytes) MB to spare",
                hint: "free some space: it goes on by itself", remedy: .hold(until: .surroundings))
        }
    }
}

extension UInt64 {
    /// For free bytes: rounded down.
    var wholeMegabytes: UInt64 { self / 1_000_000 }
    /// For needed bytes: rounded up.
    var fullMegabytes: UInt64 { self / 1_000_000 + (self % 1_000_000 > 0 ? 1 : 0) }
}
