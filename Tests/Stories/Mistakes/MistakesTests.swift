// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite(.timeLimit(.minutes(5))) struct MistakesTests {
    @Test(arguments: Mistake.words + Mistake.configurations + Mistake.jobs + Mistake.states + Mistake.separations)
    func `a person reads what is wrong and what to do`(mistake: Mistake) async throws { try await mistake.make() }

    @Test(arguments: Mistake.words + Mistake.configurations + Mistake.jobs)
    func `a script reads it as JSON`(mistake: Mistake) async throws { try await mistake.makeInScript() }
}
