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
    @Option(help: "Only those in this state; may be given more than once.") var state: [String] = []
    @Option(help: "Only those of this folder.") var folder: String?
    @Option(help: "Only the newest so many.") var limit: Int?

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
        let jobs = try await Question.jobs(filter).ask(configuration)
        if let folder, jobs.array?.isEmpty == true,
            !configuration.folders.contains(where: { $0.name.rawValue == folder })
        {
            throw Failure(
                .folderMissing, "no folder is named \(Printable(folder))",
                hint: "folders: " + configuration.folders.map(\.name.rawValue).joined(separator: ", "), remedy: .reject)
        }
        output.print(jobs, TextOutput.jobs)
        if needsAttention(jobs.array ?? []) { throw ExitCode(ExitStatus.needsAttention.rawValue) }
    }

    /// Of each file the latest job counts: what was put right since is nobody's business any more.
    private func needsAttention(_ jobs: [JSONValue]) -> Bool {
        var latest: [[JSONValue?]: JobState] = [:]
        for job in jobs {
            latest[[job["folder"], job["path_b64"] ?? job["path"]]] = job["state"]?.string.flatMap(
                JobState.init(rawValue:))
        }
        return latest.values.contains(where: \.needsAttention)
    }
}
