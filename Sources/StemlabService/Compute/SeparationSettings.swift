// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// What separates, and how much of it at once.
package struct SeparationSettings: Hashable, Sendable {
    /// Jobs that run at once.
    package var slots = 1
    /// Bytes that stay free on the disk: below that, uploads stop.
    package var freeBytes: Int64 = 1 << 30
    package var compute = Kind.builtin
    package var demucs = DemucsSettings()

    package enum Kind: String, CaseIterable, Sendable { case builtin, demucs }
}

/// How Demucs is run.
package struct DemucsSettings: Hashable, Sendable {
    /// A whole path, or a name to be looked for in `PATH`.
    package var program = "demucs"
    package var model = "htdemucs"
    /// `cpu`, `cuda`, `cuda:1`, …
    package var device = "cpu"
    package var threads = 1
    /// Has models in files of their own; `nil`: those that Demucs knows.
    package var models: FilePath?
    /// Where Demucs keeps what it downloaded; `nil`: nowhere.
    package var cache: FilePath?
    /// What else it may read, and run.
    package var readable: [FilePath] = []
    package var memoryBytes: Int64 = 8 << 30
    package var timeout: Duration = .seconds(7200)

    var usesGraphics: Bool { device != "cpu" }
    /// With the keys that name them.
    var folders: [(key: String, path: FilePath)] {
        (models.map { [("models", $0)] } ?? []) + (cache.map { [("cache", $0)] } ?? [])
            + readable.map { ("readable", $0) }
    }
}
