// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// The lessons, each with a folder of its own, in one daemon.
@Suite(.timeLimit(.minutes(5)), SharedDaemon(Lesson.all.map(\.story))) struct LessonsTests {
    @Test(arguments: Lesson.all) func holds(lesson: Lesson) async throws { try await lesson.story.run() }

    @Test func `each of the 25 lessons has a story with a name of its own`() {
        #expect(Lesson.all.count == 25)
        #expect(Set(Lesson.all.map(\.story.name)).count == 25)
    }
}
