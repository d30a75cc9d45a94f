// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Whether the program of a backend is there.
enum BackendExamination {
    static func finding(
        _ name: BackendName, _ backend: BackendSettings, _ environment: [String: String], stateDirectory: FilePath
    ) -> Finding {
        let about = "backend \(name)"
        switch backend.kind {
        case .builtin: return Finding(.good, about, "built in")
        case .command(let command):
            guard let program = command.arguments.first else {
                return Finding(.problem, about, "its command is empty", fix: "name a program under backends: \(name):")
            }
            let path = command.environment["PATH"]?.reveal() ?? environment["PATH"] ?? ProgramSearch.standardPath
            if let found = ProgramSearch.find(program, in: path) {
                return Finding(.good, about, "its program is \(Printable(found))")
            }
            return Finding(
                .problem, about, "its program \(Printable(program)) is not in \(Printable(path))",
                fix: "install it, or give its absolute path under backends: \(name):")
        case .stemlab(let service):
            do throws(Failure) {
                let file = service.tokenFile(stateDirectory: stateDirectory)
                _ = try TokenFile.read(file, for: service.url)
                return Finding(.good, about, "signed in at \(service.url)")
            } catch {
                return Finding(.problem, about, error.message, fix: error.hint)
            }
        }
    }
}
