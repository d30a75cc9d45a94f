// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// The configuration that `stemwatch init` writes: short, and right for one folder.
public enum ConfigurationTemplate {
    /// - Parameters:
    ///   - folder: absolute.
    ///   - stateDirectory: absolute; `nil`: left to the default.
    /// - Throws: `config.invalid` when a path is not UTF-8, which YAML cannot hold, or not absolute.
    public static func first(folder: FilePath, stateDirectory: FilePath? = nil) throws(Failure) -> String {
        let watched = try written(folder)
        let state = try stateDirectory.map { path throws(Failure) in "state_dir: \(try written(path))" }
        return """
            # The configuration of Stemwatch: which folders it watches, and what it may use.
            # stemwatch check says whether this file is right; config/stemwatch.yaml in the sources shows every key.

            # Where the ledger and work in progress are kept.
            \(state ?? "#state_dir: /var/lib/stemwatch")

            folders:
              # Songs put in here are separated; the stems appear in the folder beside it with -stems after its name.
              - path: \(watched)
                # Or where you like, but not inside the watched folder:
                #output: /srv/music/stems
                # wav or flac:
                #format: wav
                # What happens to a song once its stems are there: keep, delete, or move with move_to: /some/folder.
                #source: keep

            limits:
              # The most minutes of audio to separate in a day:
              #minutes_per_day: 120

            """
    }

    private static func written(_ path: FilePath) throws(Failure) -> String {
        guard let text = String(validating: path) else {
            throw Failure(
                .configInvalid, "\(Printable(path)) is not UTF-8, and a configuration cannot name it",
                hint: "rename the folder, or watch the folder that holds it", remedy: .stop)
        }
        guard path.isAbsolute else {
            throw Failure(
                .configInvalid, "\(Printable(path)) does not begin at the root", hint: "name the whole path",
                remedy: .stop)
        }
        return YAMLText.scalar(text)
    }
}
