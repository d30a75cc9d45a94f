// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// One of the ways in which watch folders fail, as a story with the real daemon. The numbers only order them.
struct Lesson: Sendable, CustomTestStringConvertible {
    let number: Int
    let told: FolderStory

    init(
        number: Int, title: String, keys: [String] = [], script: String? = nil,
        story: @escaping @Sendable (SharedFolder) async throws -> Void
    ) {
        self.number = number
        told = FolderStory(name: "lesson\(number)", title: title, keys: keys, script: script, story: story)
    }

    var testDescription: String { "lesson \(number): \(told.title)" }

    static let all = (arrivals + watching + verdicts + deliveries).sorted { $0.number < $1.number }
}
