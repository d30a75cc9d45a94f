// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Try out every folder and backend, and show what to paste where something is wrong.",
        discussion: "Run it as the user that the daemon runs as. Exits with 1 when it finds a problem.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let findings = await Doctor(try configuration.read(), environment: ThisProcess.environment).examine()
        output.print(findings) { text, findings in
            findings.map { Self.line($0, text.display) }.joined(separator: "\n")
        }
        if findings.contains(where: { $0.verdict == .problem }) { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private static func line(_ finding: Finding, _ display: Display) -> String {
        let mark =
            switch finding.verdict {
            case .good: display.color("ok     ", .good)
            case .warning: display.color("warning", .waiting)
            case .problem: display.color("PROBLEM", .bad)
            }
        return "\(mark)  \(finding.about): \(finding.message)" + (finding.fix.map { "\n         \($0)" } ?? "")
    }
}
