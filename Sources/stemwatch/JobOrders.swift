// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

/// The same order for one job or several.
struct JobOrders: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The jobs, as `stemwatch jobs` names them.") var jobs: [String]

    /// Gives the order for each job, also after one that is refused, and prints what became of them: as JSON the job,
    /// of several an array. Ends with the first refusal's status.
    func give(_ order: (ControlClient, JobID) async throws(Failure) -> JobSummary) async throws {
        let client = ControlClient(try configuration.read())
        if jobs.count == 1 {
            return try await output.print(order(client, jobID(jobs[0]))) { $0.job($1) }
        }
        var outcomes: [Outcome] = []
        var refusal: CommandError?
        for name in jobs {
            do throws(Failure) {
                outcomes.append(.done(try await order(client, jobID(name))))
            } catch {
                guard let commandError = CommandError(error) else { throw error }
                commandError.print()
                outcomes.append(.refused(job: name, commandError.report))
                refusal = refusal ?? commandError
            }
        }
        output.print(outcomes) { text, outcomes in
            outcomes.compactMap { outcome in if case .done(let job) = outcome { text.job(job) } else { nil } }
                .joined(separator: "\n")
        }
        if let refusal { throw ExitCode(refusal.status.rawValue) }
    }

    private enum Outcome: Encodable {
        case done(JobSummary)
        case refused(job: String, FailureReport)

        private enum CodingKeys: String, CodingKey { case job, error }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .done(let job): try job.encode(to: encoder)
            case .refused(let job, let failure):
                var members = encoder.container(keyedBy: CodingKeys.self)
                try members.encode(job, forKey: .job)
                try members.encode(failure, forKey: .error)
            }
        }
    }
}

/// A job's name as a person typed it: in either case.
func jobID(_ text: String) throws(Failure) -> JobID {
    if let id = JobID(rawValue: text.uppercased()) { return id }
    throw Failure(
        .jobUnknown, "'\(Printable(text))' is not the name of a job, which has 26 letters and digits",
        hint: "stemwatch jobs lists them", remedy: .reject)
}
