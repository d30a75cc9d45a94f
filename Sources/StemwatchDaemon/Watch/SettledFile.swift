// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// A file that stopped changing and that nobody is writing: what settling hands on.
public struct SettledFile: Hashable, Sendable {
    public let key: FileKey
    /// The identity it settled with; intake proves that what it read was still this.
    public let identity: FileIdentity
}
