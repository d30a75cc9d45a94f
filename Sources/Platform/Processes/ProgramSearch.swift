// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Where programs are.
public enum ProgramSearch {
    /// Used where the environment has no `PATH`.
    public static let standardPath = "/usr/local/bin:/usr/bin:/bin"

    /// The program called `name`: `name` itself when it has a slash, else the first executable of that name in `path`.
    /// Relative entries of `path` are skipped: they would mean something else in every directory.
    /// - Returns: `nil` when there is none that may be run.
    public static func find(_ name: String, in path: String) -> FilePath? {
        if name.utf8.contains(UInt8(ascii: "/")) {
            let program = FilePath(name)
            return mayRun(program) ? program : nil
        }
        let directories = path.split(separator: ":").filter { $0.first == "/" }
        return directories.lazy.map { FilePath(String($0)).appending(name) }.first(where: mayRun)
    }

    private static func mayRun(_ program: FilePath) -> Bool {
        var status = stat()
        return program.withPlatformString { path in
            stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }
}
