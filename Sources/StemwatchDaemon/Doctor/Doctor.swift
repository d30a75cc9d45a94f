// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Tries everything the daemon depends on, as the user who runs it, and reports what to do where something is wrong.
///
/// It writes only files of its own, with names that watching ignores, and removes them.
public struct Doctor: Sendable {
    private let configuration: Configuration
    private let environment: [String: String]

    /// - Parameter environment: of this process; its `PATH` is searched for the programs of backends.
    public init(_ configuration: Configuration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    /// Examines everything, folder by folder. A folder without events takes two seconds.
    public func examine() async -> [Finding] {
        var findings = await stateFindings()
        for folder in configuration.folders { findings += await FolderExamination(folder).findings() }
        for (name, backend) in configuration.backends.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            findings.append(
                BackendExamination.finding(
                    name, backend, environment, stateDirectory: configuration.stateDirectory))
        }
        return findings
    }

    private func stateFindings() async -> [Finding] {
        let about = "state directory \(Printable(configuration.stateDirectory))"
        let directory = configuration.stateDirectory
        do throws(Failure) {
            let system = try await BlockingPool.shared.run { () throws(Failure) in
                let place = try FileStatus.at(directory) == nil ? directory.removingLastComponent() : directory
                try WriteTrial.run(in: place)
                return try FileSystemStatus.at(place)
            }
            let warning = system.isRemote
            return [
                Finding(
                    warning ? .warning : .good, about,
                    warning
                        ? "it is on a \(system.kind) file system, which may lose what it said was written"
                        : "it can be written, on \(system.kind)",
                    fix: warning ? "put state_dir on a local disk" : nil)
            ]
        } catch {
            return [Finding(about, error)]
        }
    }
}
