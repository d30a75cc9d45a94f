// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

struct SubmitDecisionTests {
    private static let failure = Failure(.backendFailed, "it failed", remedy: .retry(after: nil))
    private static let lost = Failure(.backendOutcomeUnknown, "it is lost", remedy: .hold(until: .person))
    private static let saved = Checkpoint(step: SubmitDecision.starting)

    struct Case: CustomTestStringConvertible {
        var standing: SubmitDecision.Standing
        var checkpoint: Checkpoint?
        var free: SubmitDecision
        var billed: SubmitDecision
        var testDescription: String { "\(standing) \(checkpoint?.step ?? "")" }
    }

    static let cases = [
        Case(standing: .absent, checkpoint: nil, free: .begin, billed: .begin),
        Case(standing: .absent, checkpoint: saved, free: .begin, billed: .refuse(lost)),
        Case(standing: .prepared, checkpoint: nil, free: .begin, billed: .begin),
        Case(standing: .prepared, checkpoint: saved, free: .begin, billed: .begin),
        Case(standing: .running, checkpoint: nil, free: .follow, billed: .follow),
        Case(standing: .running, checkpoint: saved, free: .follow, billed: .follow),
        Case(standing: .done, checkpoint: nil, free: .follow, billed: .follow),
        Case(standing: .done, checkpoint: saved, free: .follow, billed: .follow),
        Case(standing: .cutOff(failure), checkpoint: nil, free: .begin, billed: .begin),
        Case(standing: .cutOff(failure), checkpoint: saved, free: .begin, billed: .refuse(failure)),
        Case(standing: .failed(failure), checkpoint: nil, free: .begin, billed: .begin),
        Case(standing: .failed(failure), checkpoint: saved, free: .begin, billed: .refuse(failure)),
        Case(standing: .unstartable(failure), checkpoint: nil, free: .begin, billed: .begin),
        Case(standing: .unstartable(failure), checkpoint: saved, free: .begin, billed: .begin),
    ]

    /// Nothing is paid twice.
    @Test(arguments: cases)
    func `work that may have been paid for never starts again by a guess`(_ example: Case) {
        func decided(_ billing: BackendTraits.Billing) -> SubmitDecision {
            SubmitDecision.decide(example.standing, checkpoint: example.checkpoint, billing: billing, lost: Self.lost)
        }
        #expect(decided(.free) == example.free)
        #expect(decided(.billed) == example.billed)
    }
}
