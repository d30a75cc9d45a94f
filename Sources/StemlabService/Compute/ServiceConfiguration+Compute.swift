// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
import Settings
public import SystemPackage

extension ServiceConfiguration {
    /// What separates. Blocks on the disk for a moment.
    /// - Parameters:
    ///   - program: `stemlab`.
    ///   - environment: of the process.
    /// - Throws: `config.invalid` when the program that is to separate is not there, or would be let into too much.
    public func compute(program: FilePath, environment: [String: String]) throws(Failure) -> any Compute {
        switch separation.compute {
        case .builtin: return BuiltinCompute(program: program, slots: separation.slots)
        case .demucs:
            return try DemucsCompute(
                separation.demucs, program: program, slots: separation.slots,
                path: environment["PATH"] ?? ProgramSearch.standardPath, guarding: guarded)
        }
    }

    /// What no program is to read: what is stored, and what is secret.
    var guarded: [FilePath] {
        var guarded = [stateDirectory, outbox]
        if let key = listen.key { guarded.append(key) }
        if case .file(let path)? = mail.resend.apiKey { guarded.append(path) }
        return guarded
    }
}
