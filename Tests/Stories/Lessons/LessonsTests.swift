// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// The lessons, each with a folder of its own, in one daemon.
@Suite(.timeLimit(.minutes(5)), SharedDaemon(Lesson.all.map(\.told))) struct LessonsTests {
    @Test(arguments: Lesson.all) func holds(lesson: Lesson) async throws { try await lesson.told.tell() }

    @Test func `every lesson from 1 to 25 has a story`() {
        #expect(Lesson.all.map(\.number) == Array(1...25))
    }
}
