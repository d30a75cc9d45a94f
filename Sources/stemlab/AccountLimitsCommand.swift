// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import Platform
import Settings
import StemlabService

struct AccountLimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits", abstract: "Show or change the limits of an account.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument
    @Option(help: "The longest track, such as 3h.") var track: String?
    @Option(help: "The largest upload, such as 4GiB.") var upload: String?
    @Option(help: "How many jobs may be queued or running.") var concurrentJobs: Int?
    @Option(help: "How many uploads may wait for a job.") var openUploads: Int?
    @Option(help: "How much audio a day, such as 2h.") var aDay: String?
    @Flag(help: "Go back to the usual limits.") var usual = false

    func run() async throws {
        let change = try change()
        let administration = try await configuration.administration()
        let id = try await administration.find(account.account).account.id
        if usual { try await administration.setLimits(nil, of: id) }
        if change != AccountLimits.Change() { try await administration.setLimits(change, of: id) }
        let limits = try await administration.find(id).limits
        let day = limits.day.map { DurationNotation.text(milliseconds: $0.milliseconds) } ?? "no limit"
        print(
            """
            track            \(DurationNotation.text(milliseconds: limits.track.milliseconds))
            upload           \(SizeNotation.text(bytes: limits.uploadBytes))
            concurrent jobs  \(limits.concurrentJobs)
            open uploads     \(limits.openUploads)
            a day            \(day)
            """)
    }

    private func change() throws -> AccountLimits.Change {
        var change = AccountLimits.Change()
        func understand<T>(_ text: String?, _ read: (String) throws(ValueProblem) -> T) throws(Failure) -> T? {
            guard let text else { return nil }
            do throws(ValueProblem) { return try read(text) } catch {
                throw Failure(
                    .usageInvalid, "'\(Printable(text, limit: 80))' \(error.reason.dropFirst(6))", hint: error.hint,
                    remedy: .reject)
            }
        }
        func bound<T: Comparable>(_ value: T?, _ range: ClosedRange<T>) throws(Failure) -> T? {
            guard let value, !range.contains(value) else { return value }
            throw Failure(
                .usageInvalid, "\(value) is not from \(range.lowerBound) to \(range.upperBound)", remedy: .reject)
        }
        change.track = try understand(track, DurationNotation.milliseconds).map(AudioDuration.init)
        change.uploadBytes = try bound(try understand(upload, SizeNotation.bytes), 0...107_374_182_400)
        change.concurrentJobs = try bound(concurrentJobs, 1...100_000)
        change.openUploads = try bound(openUploads, 1...10_000)
        change.day = try understand(aDay, DurationNotation.milliseconds).map(AudioDuration.init)
        return change
    }
}
