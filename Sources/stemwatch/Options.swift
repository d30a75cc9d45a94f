// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import Settings
import StemwatchDaemon
import SystemPackage

/// Where the configuration is.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file.",
            discussion: "Default: $STEMWATCH_CONFIG, or /etc/stemwatch/stemwatch.yaml.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: TypedPath?

    var path: FilePath {
        config?.path ?? Configuration.defaultFile(environment: ThisProcess.environment)
    }

    /// Days are those of its time zone from here on.
    /// - Throws: every problem there is, all at once.
    func read() throws(ConfigurationProblems) -> Configuration {
        let configuration = try Configuration.read(path, environment: ThisProcess.environment)
        if let zone = configuration.timeZone { ThisProcess.setTimeZone(zone) }
        return configuration
    }
}

/// How an answer is printed.
struct OutputOption: ParsableArguments {
    @Flag(help: "Print JSON, for scripts.")
    var json = false

    /// Prints one value: as JSON, or as the text a person reads.
    func print<Value: Encodable>(_ value: Value, utc: Bool = false, _ text: (TextOutput, Value) -> String) {
        Swift.print(json ? JSONValue(encoding: value).text(indented: true) : text(.now(utc: utc), value))
    }
}

extension TextOutput {
    /// For standard output, at this moment.
    static func now(utc: Bool = false) -> TextOutput {
        TextOutput(display: .standardOutput, moments: Moments(now: .now, calendar: utc ? nil : .local))
    }
}

/// How moments are told to people.
struct TimeOption: ParsableArguments {
    @Flag(help: "Show times in UTC instead of the local time zone.")
    var utc = false
}
