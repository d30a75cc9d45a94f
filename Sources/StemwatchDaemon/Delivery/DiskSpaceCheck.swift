// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Whether the stems of a track will fit where they go: asked before anything is paid.
enum DiskSpaceCheck {
    /// Left over for everybody else on that disk.
    static let reserve: UInt64 = 64 << 20

    /// What `stems` stems of the track weigh at most while they are delivered, in bytes: what is fetched, and beside it what is
    /// made of it where the format differs. FLAC is counted as if it saved nothing.
    static func estimate(_ facts: TrackFacts, stems: Int, format: DeliverySettings.Format) -> UInt64 {
        let sample: UInt64
        switch facts.format.samples {
        case .integer(let bits), .float(let bits): sample = UInt64(max(1, bits + 7) / 8)
        case .lossy: sample = 4
        }
        let copies: UInt64 = format == .flac ? 2 : 1
        // A header may claim anything: saturate.
        return [UInt64(max(1, facts.format.channels)), sample, UInt64(max(0, stems)), copies].reduce(
            UInt64(max(0, facts.frames))
        ) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            return overflow ? .max : product
        }
    }

    /// Throws `output.full`, held until the surroundings change, when there is not that much room and ``reserve`` besides;
    /// `output.unwritable` when the output's file system is read-only or not there. Blocks: call it on a pool.
    static func check(
        _ settings: DeliverySettings, _ facts: TrackFacts, stems: Int
    ) throws(Failure) {
        let needed = estimate(facts, stems: stems, format: settings.format)
        // Before the first delivery only its parent is there.
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
    /// Of bytes that are there: never more than there are.
    var wholeMegabytes: UInt64 { self / 1_000_000 }
    /// Of bytes that are needed: never fewer than are needed.
    var fullMegabytes: UInt64 { self / 1_000_000 + (self % 1_000_000 > 0 ? 1 : 0) }
}
