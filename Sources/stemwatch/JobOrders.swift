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

    /// Gives the order for each job, also after one that is refused, and prints what became of them: as JSON the job, of several
    /// an array. Ends with the first refusal's status.
    func give(_ order: (JobID) -> Order) async throws {
        let configuration = try configuration.read()
        if jobs.count == 1 {
            return try await output.print(order(jobID(jobs[0])).give(configuration), TextOutput.job)
        }
        var answers: [JSONValue] = []
        var refusal: CommandError?
        for name in jobs {
            do throws(Failure) {
                answers.append(try await order(jobID(name)).give(configuration))
            } catch {
                guard let commandError = CommandError(error) else { throw error }
                commandError.tell()
                answers.append(["job": .string(name), "error": commandError.json])
                refusal = refusal ?? commandError
            }
        }
        output.print(.array(answers)) { _ in
            answers.filter { $0["error"] == nil }.map(TextOutput.job).joined(separator: "\n")
        }
        if let refusal { throw ExitCode(refusal.status.rawValue) }
    }
}

/// A job's name as a person typed it: in either case.
func jobID(_ text: String) throws(Failure) -> JobID {
    if let id = JobID(rawValue: text.uppercased()) { return id }
    throw Failure(
        .jobUnknown, "'\(Printable(text))' is not the name of a job, which has 26 letters and digits",
        hint: "stemwatch jobs lists them", remedy: .reject)
}
