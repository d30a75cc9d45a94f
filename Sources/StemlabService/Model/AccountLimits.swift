// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio

/// What one account may have at once.
package struct AccountLimits: Hashable, Sendable {
    /// The longest track.
    package var track = AudioDuration(milliseconds: 3 * 3_600_000)
    /// The largest upload, in bytes.
    package var uploadBytes: Int64 = 4 << 30
    /// Jobs queued and running.
    package var concurrentJobs = 10
    /// Uploads that no job uses yet.
    package var openUploads = 20
    /// Minutes for the jobs made in one day (UTC); `nil`: no limit.
    package var day: AudioDuration?

    /// Bytes of the uploads that are kept at once: those no job uses yet, those of the jobs under way, and with what
    /// these leave room for those of jobs that are done, until they are deleted or swept.
    package var storedBytes: Int64 {
        let (bytes, overflow) = uploadBytes.multipliedReportingOverflow(by: Int64(openUploads + concurrentJobs))
        return overflow ? Self.mostBytes : min(bytes, Self.mostBytes)
    }

    /// The largest number that every JSON reader takes exactly.
    private static let mostBytes: Int64 = 1 << 53 - 1

    /// A change of some of them; `nil` leaves what is there.
    package struct Change: Hashable, Sendable {
        package var track: AudioDuration?
        package var uploadBytes: Int64?
        package var concurrentJobs: Int?
        package var openUploads: Int?
        package var day: AudioDuration?
        package init() {}
    }
}
