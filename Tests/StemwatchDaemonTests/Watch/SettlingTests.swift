// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Settling with a clock that the test controls.
struct SettlingBench {
    var settling = Settling()
    var now = ContinuousClock.now
    let inbox = FolderName(rawValue: "inbox")

    func key(_ name: String) -> FileKey { FileKey(folder: inbox, path: FilePath(name)) }

    /// The state number `change` of a file.
    static func identity(_ change: Int64, size: Int64 = 1000) -> FileIdentity {
        FileIdentity(device: 1, inode: 7, size: size, modified: change, changed: change)
    }

    mutating func see(_ name: String, _ change: Int64, _ arrival: Arrival = .written, size: Int64 = 1000) {
        settling.observe(
            key(name), Self.identity(change, size: size), arrival, quiet: .seconds(5), now: now)
    }

    /// Moves the clock on, then returns the files to probe.
    mutating func due(after duration: Duration) -> [String] {
        now += duration
        return settling.due(now: now).map(\.path.string)
    }

    mutating func answer(_ name: String, _ result: ProbeResult) -> SettlingOutcome {
        settling.probed(key(name), result, incompleteAfter: .seconds(3600), now: now)
    }

    func settled(_ name: String, _ change: Int64) -> SettlingOutcome {
        .settled(SettledFile(key: key(name), identity: Self.identity(change)))
    }
}

struct SettlingTests {
    private var bench = SettlingBench()
    private func quiet(_ change: Int64, _ proof: ProbeResult.Proof = .unproven) -> ProbeResult {
        .quiet(SettlingBench.identity(change), proof)
    }
    private let truncated = Failure(.audioIncomplete, "half of it is missing", remedy: .reject)
    private let forbidden = Failure(.sourceUnreadable, "may not be read", remedy: .hold(until: .surroundings))

    @Test mutating func `every change restarts the quiet time, several closes settle once`() {
        bench.see("a.wav", 1)
        #expect(bench.due(after: .seconds(3)) == [])
        bench.see("a.wav", 2)
        #expect(bench.due(after: .seconds(4)) == [])
        bench.see("a.wav", 3)
        #expect(bench.due(after: .milliseconds(4999)) == [])
        #expect(bench.due(after: .milliseconds(1)) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(3)) == bench.settled("a.wav", 3))
    }

    @Test(arguments: [Arrival.scan, .written, .renamedIntoPlace])
    func `being seen again unchanged does not restart the quiet time`(arrival: Arrival) {
        var bench = bench
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(4))
        bench.see("a.wav", 1, arrival == .renamedIntoPlace ? .scan : arrival)
        #expect(bench.due(after: .seconds(1)) == ["a.wav"])
    }

    @Test mutating func `an empty file is pending for hours and is probed once a minute`() {
        bench.see("a.wav", 1, size: 0)
        var looks = 0
        for _ in 0..<(3 * 3600) where bench.due(after: .seconds(1)) == ["a.wav"] {
            looks += 1
            #expect(bench.answer("a.wav", .empty(SettlingBench.identity(1, size: 0))) == .again)
        }
        #expect((180...200).contains(looks))
        #expect(bench.settling.pending(bench.key("a.wav"), now: bench.now)?.reason == .empty)
        bench.see("a.wav", 2)
        #expect(bench.due(after: .seconds(5)) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(2)) == bench.settled("a.wav", 2))
    }

    @Test mutating func `a busy file is probed less and less often, and settles when its writer is done`() {
        bench.see("a.wav", 1)
        var gaps: [Int] = [], since = 0
        for _ in 0..<300 {
            since += 1
            guard bench.due(after: .seconds(1)) == ["a.wav"] else { continue }
            gaps.append(since)
            since = 0
            #expect(bench.answer("a.wav", .busy(SettlingBench.identity(1))) == .again)
        }
        #expect(gaps == [5, 5, 10, 20, 40, 60, 60, 60])
        bench.see("a.wav", 1, .written)
        #expect(bench.due(after: .zero) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(1)) == bench.settled("a.wav", 1))
    }

    @Test mutating func `a file that cannot be read stays pending, and is reported later`() {
        bench.see("a.wav", 1)
        var outcome = SettlingOutcome.again
        var waited = 0
        while outcome == .again, waited < 600 {
            waited += 1
            if bench.due(after: .seconds(1)) == ["a.wav"] { outcome = bench.answer("a.wav", .unreadable(forbidden)) }
        }
        #expect(
            outcome == .refused(SettledFile(key: bench.key("a.wav"), identity: SettlingBench.identity(1)), forbidden))
        #expect((60...120).contains(waited))
    }

    @Test mutating func `a file that is incomplete by its header waits for a change`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        #expect(bench.answer("a.wav", quiet(1, .incomplete(truncated))) == .again)
        #expect(bench.due(after: .seconds(3590)) == [])
        bench.see("a.wav", 2)
        #expect(bench.due(after: .seconds(5)) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(2, .complete)) == bench.settled("a.wav", 2))
    }

    @Test mutating func `a file that stays incomplete for an hour is refused with that reason`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        #expect(bench.answer("a.wav", quiet(1, .incomplete(truncated))) == .again)
        #expect(bench.due(after: .seconds(3594)) == [])
        #expect(bench.due(after: .seconds(1)) == ["a.wav"])
        guard case .refused(let file, let failure) = bench.answer("a.wav", quiet(1, .incomplete(truncated))) else {
            Issue.record("not refused")
            return
        }
        #expect(file.identity == SettlingBench.identity(1))
        #expect(failure.code == .audioIncomplete && failure.remedy == .reject)
    }

    @Test mutating func `a file that decoding found incomplete is refused after an hour, whatever its header`() {
        let file = SettledFile(key: bench.key("a.mp3"), identity: SettlingBench.identity(1))
        bench.settling.takeBack(
            file, truncated, quiet: .seconds(5), incompleteAfter: .seconds(3600), now: bench.now)
        #expect(bench.due(after: .seconds(3599)) == [])
        #expect(bench.due(after: .seconds(1)) == ["a.mp3"])
        #expect(bench.answer("a.mp3", quiet(1, .complete)) == .refused(file, truncated))
    }

    @Test mutating func `a file that decoding found incomplete settles again once it changed`() {
        let file = SettledFile(key: bench.key("a.mp3"), identity: SettlingBench.identity(1))
        bench.settling.takeBack(
            file, truncated, quiet: .seconds(5), incompleteAfter: .seconds(3600), now: bench.now)
        _ = bench.due(after: .seconds(60))
        bench.see("a.mp3", 2)
        #expect(bench.due(after: .seconds(5)) == ["a.mp3"])
        #expect(bench.answer("a.mp3", quiet(2)) == bench.settled("a.mp3", 2))
    }

    @Test mutating func `a file renamed or linked into place and provably complete needs no quiet time`() {
        bench.see("a.wav", 1, .renamedIntoPlace)
        #expect(bench.due(after: .zero) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(1, .complete)) == bench.settled("a.wav", 1))
    }

    @Test mutating func `a file seen by a scan and then reported as renamed is probed once, at once`() {
        bench.see("a.wav", 1, .scan)
        bench.see("a.wav", 1, .renamedIntoPlace)
        #expect(bench.due(after: .zero) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(1)) == .again)
        bench.see("a.wav", 1, .renamedIntoPlace)
        #expect(bench.due(after: .seconds(4)) == [])
    }

    @Test mutating func `a file renamed into place without proof waits for the quiet time`() {
        bench.see("a.raw", 1, .renamedIntoPlace)
        #expect(bench.due(after: .zero) == ["a.raw"])
        #expect(bench.answer("a.raw", quiet(1, .unproven)) == .again)
        #expect(bench.due(after: .milliseconds(4999)) == [])
        #expect(bench.due(after: .milliseconds(1)) == ["a.raw"])
        #expect(bench.answer("a.raw", quiet(1, .unproven)) == bench.settled("a.raw", 1))
    }

    @Test mutating func `a file written complete but not renamed waits for the quiet time`() {
        bench.see("a.wav", 1, .written)
        #expect(bench.due(after: .seconds(4)) == [])
    }

    @Test mutating func `a change without an event is found by the probe`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        #expect(bench.answer("a.wav", quiet(2, .complete)) == .again)
        #expect(bench.due(after: .milliseconds(4999)) == [])
        #expect(bench.due(after: .milliseconds(1)) == ["a.wav"])
        #expect(bench.answer("a.wav", .changed(SettlingBench.identity(3))) == .again)
        #expect(bench.due(after: .seconds(5)) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(3)) == bench.settled("a.wav", 3))
    }

    @Test mutating func `a change during the probe makes its result obsolete`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        bench.see("a.wav", 2)
        #expect(bench.answer("a.wav", quiet(1, .complete)) == .again)
        #expect(bench.due(after: .seconds(5)) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(2)) == bench.settled("a.wav", 2))
    }

    @Test mutating func `each state is handed on once, also when a poll reports it again`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        #expect(bench.answer("a.wav", quiet(1)) == bench.settled("a.wav", 1))
        for arrival in [Arrival.scan, .written, .renamedIntoPlace] {
            bench.see("a.wav", 1, arrival)
            #expect(bench.due(after: .seconds(3600)) == [])
        }
        bench.settling.release([SettledFile(key: bench.key("a.wav"), identity: SettlingBench.identity(1))])
        #expect(bench.settling.count == 0)
    }

    @Test mutating func `a change after being handed on settles as a new file`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        _ = bench.answer("a.wav", quiet(1))
        bench.see("a.wav", 2)
        bench.settling.release([SettledFile(key: bench.key("a.wav"), identity: SettlingBench.identity(1))])
        #expect(bench.due(after: .seconds(5)) == ["a.wav"])
        #expect(bench.answer("a.wav", quiet(2)) == bench.settled("a.wav", 2))
    }

    @Test(arguments: [ProbeResult.gone, .notRegular])
    func `a file that is gone, or no longer a regular file, is dropped`(result: ProbeResult) {
        var bench = bench
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(5))
        #expect(bench.answer("a.wav", result) == .again)
        #expect(bench.settling.count == 0)
    }

    @Test mutating func `a folder that is unavailable makes no file gone`() {
        bench.see("a.wav", 1)
        bench.see("b.wav", 1)
        _ = bench.due(after: .seconds(4))
        bench.see("b.wav", 2)
        #expect(bench.due(after: .seconds(1)) == ["a.wav"])
        bench.settling.suspend(bench.inbox)
        #expect(bench.answer("a.wav", .gone) == .again)
        #expect(bench.due(after: .seconds(3600)) == [])
        #expect(bench.settling.pending(bench.key("b.wav"), now: bench.now)?.reason == .folderAway)
        bench.settling.resume(bench.inbox, now: bench.now)
        #expect(Set(bench.due(after: .zero)) == ["a.wav", "b.wav"])
        #expect(bench.answer("a.wav", quiet(1)) == bench.settled("a.wav", 1))
        #expect(bench.answer("b.wav", quiet(2)) == bench.settled("b.wav", 2))
    }

    @Test mutating func `a file that changes all the time leaves nothing behind in the queue`() {
        for change in 0..<10_000 {
            bench.see("a.wav", Int64(change), change.isMultiple(of: 2) ? .written : .renamedIntoPlace)
            bench.see("gone-\(change).wav", 1)
            bench.settling.forget(bench.key("gone-\(change).wav"))
        }
        var looks = 0
        while let next = bench.settling.nextDeadline, looks < 1000 {
            bench.now = max(bench.now, next)
            looks += 1
            for key in bench.settling.due(now: bench.now) {
                _ = bench.settling.probed(key, quiet(9999), incompleteAfter: .seconds(3600), now: bench.now)
            }
        }
        #expect(looks <= 200)
        #expect(bench.settling.nextDeadline == nil)
    }

    @Test mutating func `twenty thousand files at once become due together, each once`() {
        for i in 0..<20_000 { bench.see("\(i).wav", 1) }
        #expect(bench.due(after: .milliseconds(4999)) == [])
        let due = bench.due(after: .milliseconds(1))
        #expect(due.count == 20_000 && Set(due).count == 20_000)
        for name in due { #expect(bench.answer(name, quiet(1)) != .again) }
        #expect(bench.due(after: .seconds(3600)) == [])
    }

    /// Random events, changes without events, and slow probes: the two main rules hold.
    @Test(arguments: 0..<200)
    func `no file settles within the quiet time of a change, and every unchanged file settles`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bench = bench
        struct File { var change: Int64 = 0, changedAt: ContinuousClock.Instant, exists = true }
        var files = (0..<5).map { _ in File(changedAt: bench.now) }
        var handedOn: [Int: Set<Int64>] = [:]
        var looks: [(file: Int, was: File, at: ContinuousClock.Instant)] = []

        func answer(_ look: (file: Int, was: File, at: ContinuousClock.Instant)) {
            let outcome = bench.answer("\(look.file)", look.was.exists ? quiet(look.was.change) : .gone)
            guard case .settled(let file) = outcome else { return }
            #expect(look.was.exists && file.identity == SettlingBench.identity(look.was.change))
            #expect(look.was.changedAt.duration(to: look.at) >= .seconds(5))
            #expect(handedOn[look.file, default: []].insert(look.was.change).inserted, "handed on twice")
        }
        func step(_ duration: Duration) {
            for name in bench.due(after: duration) {
                let file = Int(name)!
                looks.append((file, files[file], bench.now))
            }
        }
        for file in files.indices { bench.see("\(file)", 0) }
        for _ in 0..<400 {
            let file = Int.random(in: files.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                files[file].change += 1
                files[file].changedAt = bench.now
                files[file].exists = true
                if Bool.random(using: &random) { bench.see("\(file)", files[file].change) }
            case 2: if files[file].exists { bench.see("\(file)", files[file].change, .scan) }
            case 3:
                if Int.random(in: 0..<4, using: &random) == 0 {
                    files[file].exists = false
                    bench.settling.forget(bench.key("\(file)"))
                }
            case 4: if !looks.isEmpty { answer(looks.removeFirst()) }
            default: step(.milliseconds(Int.random(in: 0..<7000, using: &random)))
            }
        }
        // From here on nothing changes, and one last scan reports every file.
        for file in files.indices where files[file].exists { bench.see("\(file)", files[file].change, .scan) }
        for _ in 0..<30 {
            while !looks.isEmpty { answer(looks.removeFirst()) }
            step(.seconds(1))
        }
        for file in files.indices where files[file].exists {
            #expect(handedOn[file]?.contains(files[file].change) == true)
        }
    }

    @Test mutating func `the reason why a file waits is a sentence`() {
        bench.see("a.wav", 1)
        _ = bench.due(after: .seconds(2))
        let pending = bench.settling.pending(bench.key("a.wav"), now: bench.now)
        #expect(pending?.reason == .quiet)
        #expect(
            pending?.sentence == "waits to be left alone for long enough, unchanged for 2 s, looked at again in 3 s")
        #expect(bench.settling.pending(bench.key("b.wav"), now: bench.now) == nil)
    }
}
