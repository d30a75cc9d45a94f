// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// One of the numbered lessons of how watch folders fail, as a story with the real daemon.
struct Lesson: Sendable, CustomTestStringConvertible {
    let number: Int
    let title: String
    /// Keys of its folder, besides path, as lines of YAML; short settle times are there already.
    var keys: [String] = []
    /// Its backend, where `copy` will not do; the script's `$1` is the track, `$2` the folder for stems, `$3` the lesson's own
    /// directory.
    var script: String?
    let story: @Sendable (LessonFolder) async throws -> Void

    var testDescription: String { "lesson \(number): \(title)" }

    static let all = (arrivals + watching + verdicts + deliveries).sorted { $0.number < $1.number }
}
