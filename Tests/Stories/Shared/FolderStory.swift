// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// A story of one watched folder, run with a real daemon that many stories share.
struct FolderStory: Sendable, CustomTestStringConvertible {
    /// The name of its folder.
    let name: String
    let title: String
    /// Keys of its folder, besides path, as lines of YAML; short settle times are there already.
    var keys: [String] = []
    /// Its backend, where `copy` is not enough; the script's `$1` is the track, `$2` the folder for stems, `$3` the
    /// story's own directory.
    var script: String?
    /// The number of tracks that its backend separates at once.
    var slots = 4
    let story: @Sendable (SharedFolder) async throws -> Void

    var testDescription: String { title }

    /// Runs it in the daemon around the suite; see ``SharedDaemon``.
    func run() async throws { try await story(SharedFolder(self, in: SharedDaemon.running())) }
}
