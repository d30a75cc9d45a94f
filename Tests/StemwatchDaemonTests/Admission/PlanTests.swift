// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct PlanTests {
    private let inbox = FolderName(rawValue: "inbox")
    private let now = WallTime(rfc3339: "2026-11-23T12:00:00Z")!
    private func minutes(_ count: Int64) -> AudioDuration { AudioDuration(milliseconds: count * 60_000) }
    private func file(_ name: String, _ length: Int64) -> Plan.Candidate {
        Plan.Candidate(path: FilePath(name), folder: inbox, examined: .success(minutes(length)))
    }
    private func plan(
        _ files: [Plan.Candidate], perDay: Int64? = nil, allowance: Int64? = nil
    ) -> Plan {
        Plan(
            files, budget: Budget(total: MinuteLimits(perDay: perDay.map(minutes))), meter: MinuteMeter(calendar: .utc),
            allowance: allowance.map { Allowance(remaining: minutes($0)) }, now: now)
    }

    @Test func `a plan shows what fits and what is held, before a minute is spent`() {
        let plan = plan((1...37).map { file("\($0).wav", 4) }, allowance: 125)
        #expect(plan.summary == "37 files, 148.0 min, balance 125.0 min: 31 fit, 6 held")
        #expect(plan.items.prefix(31).allSatisfy { $0.fate == .fits })
        #expect(plan.text.split(separator: "\n").count == 7)
    }

    @Test func `a short one later in the pile fits where a long one does not`() {
        let plan = plan([file("a", 50), file("b", 20), file("c", 10)], perDay: 60)
        #expect(plan.items.map { $0.fate == .fits } == [true, false, true])
        #expect(plan.balance == minutes(60))
    }

    @Test func `the lesser of balance and limit counts`() {
        #expect(plan([file("a", 10)], perDay: 5, allowance: 100).held == 1)
        #expect(plan([file("a", 10)], perDay: 100, allowance: 5).held == 1)
        #expect(plan([file("a", 10)]).summary == "1 file, 10.0 min: 1 fit, 0 held")
    }

    @Test func `the lower limit applies: the folder's, or that of all folders together`() {
        let other = FolderName(rawValue: "other")
        let limits = [inbox: MinuteLimits(perDay: minutes(7)), other: MinuteLimits(perDay: minutes(20))]
        let budget = Budget(total: MinuteLimits(perDay: minutes(60)), folders: limits)
        func balance(_ folders: FolderName...) -> AudioDuration? {
            let files = folders.map { Plan.Candidate(path: "a", folder: $0, examined: .success(minutes(1))) }
            return Plan(files, budget: budget, meter: MinuteMeter(calendar: .utc), allowance: nil, now: now).balance
        }
        #expect(balance(inbox) == minutes(7))
        #expect(balance(inbox, other) == minutes(27))
        #expect(balance(inbox, FolderName(rawValue: "third")) == minutes(60))
    }

    @Test func `what cannot be separated is rejected with its reason, text and JSON alike`() {
        let silent = Failure(.audioSilent, "every sample is zero", hint: "check the export", remedy: .reject)
        let odd = FilePath(platformString: [99, -1, 0])
        let plan = plan([
            Plan.Candidate(path: odd, folder: inbox, examined: .failure(silent)), file("b", 1),
        ])
        #expect(
            plan.text == """
                2 files, 1.0 min: 1 fit, 0 held, 1 rejected
                  c\\xff: rejected, every sample is zero (audio.silent); check the export
                """)
        #expect(
            JSONValue(encoding: plan).text() == """
                {"balance_ms":null,"files":2,"fit":1,"held":0,"held_already":0,"items":[{"code":"audio.silent","hint":"check the export",\
                "message":"every sample is zero","path":"c\\\\xff","state":"rejected"},{"minutes_ms":60000,"path":"b",\
                "state":"fits"}],"minutes_ms":60000,"paused":[],"rejected":1,"summary":"2 files, 1.0 min: 1 fit, 0 held, 1 rejected",\
                "troubles":[]}
                """)
    }
}
