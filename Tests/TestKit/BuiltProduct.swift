// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

/// The programs of this package, as they were built together with the tests.
public enum BuiltProduct {
    /// `stemwatch`, beside the program that runs the tests.
    public static let stemwatch = beside("stemwatch")
    /// `stemlab`, likewise.
    public static let stemlab = beside("stemlab")

    private static func beside(_ name: FilePath.Component) -> FilePath {
        guard let tests = FilePath("/proc/self/exe").resolved else { fatalError("/proc is not mounted") }
        return tests.removingLastComponent().appending(name)
    }
}
