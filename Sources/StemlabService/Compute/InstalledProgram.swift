// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// A program that is not ours, and the places it is read from: its installation, and those of the interpreters that run
/// it.
struct InstalledProgram: Hashable, Sendable {
    /// Without a link on the way.
    let program: FilePath
    /// Folders, without links on the way to them.
    let installation: Set<FilePath>

    /// Used where the program is started, and to find the program that `env` names.
    static let searchPath = ProgramSearch.standardPath

    /// Blocks on the disk for a moment.
    /// - Parameters:
    ///   - name: a whole path, or a name to be looked for.
    ///   - path: as the `PATH` of an environment.
    /// - Returns: `nil` when there is none that may be run.
    static func find(_ name: String, in path: String) throws(Failure) -> InstalledProgram? {
        guard let found = ProgramSearch.find(name, in: path), let program = found.resolved else { return nil }
        var folders: Set = [installation(of: program)]
        // A script's interpreter is another program, in a virtual environment a link to a third.
        if let interpreter = try interpreter(of: program), let real = interpreter.resolved,
            let folder = interpreter.removingLastComponent().resolved
        {
            folders.formUnion([installation(in: folder), installation(of: real)])
        }
        return InstalledProgram(program: program, installation: folders)
    }

    /// `/opt/demucs` of `/opt/demucs/bin/demucs`, and of `/opt/demucs/run`.
    private static func installation(of program: FilePath) -> FilePath {
        installation(in: program.removingLastComponent())
    }

    private static func installation(in folder: FilePath) -> FilePath {
        folder.lastComponent == "bin" ? folder.removingLastComponent() : folder
    }

    /// What the first line of a script names; `nil` for a program that is no script.
    private static func interpreter(of program: FilePath) throws(Failure) -> FilePath? {
        guard let start = try SmallFile.read(program, atMost: 512), start.starts(with: "#!".utf8) else { return nil }
        let line = String(decoding: start.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let words = line.split(separator: " ").map(String.init)
        guard let first = words.first, first.hasPrefix("/") else { return nil }
        guard first.hasSuffix("/env"), words.count == 2 else { return FilePath(first) }
        return ProgramSearch.find(words[1], in: path(of: program))
    }

    /// As the program is started with.
    static func path(of program: FilePath) -> String { "\(program.removingLastComponent()):\(searchPath)" }
}
