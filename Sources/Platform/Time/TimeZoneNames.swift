// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The time zones that this machine knows: the files of tzdata.
public enum TimeZoneNames {
    /// Whether `name` (`Europe/Berlin`) is a time zone; `nil`: tzdata is not installed.
    public static func knows(_ name: String, in directory: String = "/usr/share/zoneinfo") -> Bool? {
        var status = stat()
        guard stat(directory, &status) == 0 else { return nil }
        let isPlain = !name.isEmpty && !name.hasPrefix("/") && !name.utf8.contains(0)
        guard isPlain,
            !name.split(separator: "/", omittingEmptySubsequences: false).contains(where: {
                $0 == ".." || $0 == "." || $0.isEmpty
            })
        else { return false }
        guard let file = fopen("\(directory)/\(name)", "re") else { return false }
        defer { fclose(file) }
        // tzfile(5): every zone begins with these bytes; the tables in the same directory do not.
        var magic = [UInt8](repeating: 0, count: 4)
        return fread(&magic, 1, 4, file) == 4 && magic == Array("TZif".utf8)
    }
}
