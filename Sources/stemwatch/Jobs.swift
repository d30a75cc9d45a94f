// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List jobs, the newest last.",
        discussion: "Exits with 6 when some of them need attention: held, rejected or failed.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @OptionGroup var time: TimeOption
    @Option(help: "Only jobs in this state; may be given more than once.") var state: [String] = []
    @Option(help: "Only jobs of this folder.") var folder: String?
    @Option(help: "Only the newest ones, at most this many.") var limit: Int?

    func validate() throws {
        let known = JobFilter.states
        if let unknown = state.first(where: { !known.contains($0) }) {
            throw ValidationError("there is no state '\(Printable(unknown))'; states: \(known.joined(separator: ", "))")
        }
        if let limit, limit < 1 { throw ValidationError("--limit \(limit) is not a number of jobs") }
    }

    func run() async throws {
        let filter = JobFilter(states: state, folder: folder.map(FolderName.init(rawValue:)), limit: limit)
        let configuration = try configuration.read()
        let jobs = try await ControlClient(configuration).jobs(filter)
        if let folder, jobs.isEmpty, !configuration.folders.contains(where: { $0.name.rawValue == folder }) {
            throw Failure(
                .folderMissing, "no folder is named \(Printable(folder))",
                hint: "folders: " + configuration.folders.map(\.name.rawValue).joined(separator: ", "), remedy: .reject)
        }
        output.print(jobs, utc: time.utc) { $0.jobs($1) }
        if needsAttention(jobs) { throw ExitCode(ExitStatus.needsAttention.rawValue) }
    }

    /// Of each file the latest job counts: an earlier one was put right since.
    private func needsAttention(_ jobs: [JobSummary]) -> Bool {
        var latest: [[String]: JobState] = [:]
        for job in jobs { latest[[job.folder, job.exactPath ?? job.path]] = JobState(rawValue: job.state) }
        return latest.values.contains(where: \.needsAttention)
    }
}
