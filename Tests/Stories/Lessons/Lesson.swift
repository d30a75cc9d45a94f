// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// One of the ways in which watch folders fail, as a story with the real daemon.
struct Lesson: Sendable, CustomTestStringConvertible {
    let story: FolderStory

    init(
        name: String, title: String, keys: [String] = [], script: String? = nil,
        story: @escaping @Sendable (SharedFolder) async throws -> Void
    ) {
        self.story = FolderStory(name: "lesson-\(name)", title: title, keys: keys, script: script, story: story)
    }

    var testDescription: String { story.title }

    static let all = arrivals + watching + verdicts + deliveries
}
