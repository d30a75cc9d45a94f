// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// One backend of the configuration.
public struct BackendSettings: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case builtin
        case command(CommandSettings)
        case stemlab(StemlabSettings)
    }
    public var name: BackendName
    public var kind: Kind
    /// Jobs at once.
    public var slots = 1
    public var rate: RateLimit?
    /// CPU niceness of its processes, 0…19.
    public var niceness = 10
    /// A separation that takes longer than this is ended and tried again.
    public var timeout: Duration = .seconds(4 * 3600)

    public init(name: BackendName, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
