// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension FileDescriptor {
    /// Closes what was only read, was synced already, or is given up: there is nothing left that an error could be
    /// about.
    public func closeQuietly() { try? close() }
}
