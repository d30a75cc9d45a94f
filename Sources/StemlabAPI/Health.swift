// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// That the service works, and what it makes.
public struct Health: Codable, Hashable, Sendable {
    /// Always `ok`: what does not work answers with a problem.
    public var status: String
    public var version: String
    /// What separates.
    public var model: String
    public var stems: [String]
    public var formats: [String]

    public init(version: String, model: String, stems: [String], formats: [String]) {
        status = "ok"
        (self.version, self.model, self.stems, self.formats) = (version, model, stems, formats)
    }
}
