// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite(.timeLimit(.minutes(5)))
struct SettlingMonitorTests {
    private let clock = ManualClock()
    private let inbox = SettlingFolder(name: FolderName(rawValue: "inbox"), root: "/inbox", rules: SettlingRules())
    private let share = SettlingFolder(name: FolderName(rawValue: "share"), root: "/share", rules: SettlingRules())

    private func seen(_ folder: SettlingFolder, _ name: String, _ change: Int64 = 1, _ arrival: Arrival = .written)
        -> FolderEvent
    {
        .seen(FileKey(folder: folder.name, path: FilePath(name)), SettlingBench.identity(change), arrival)
    }

    /// Runs `body` beside a running monitor; it gets the files that the monitor hands on, a batch at a time.
    private func beside(
        _ monitor: SettlingMonitor,
        _ body: @Sendable (inout AsyncStream<[SettlingOutcome]>.Iterator) async throws -> Void
    ) async rethrows {
        let (outcomes, handedOn) = AsyncStream.makeStream(of: [SettlingOutcome].self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await monitor.run { handedOn.yield($0) } }
            var iterator = outcomes.makeAsyncIterator()
            try await body(&iterator)
            group.cancelAll()
        }
    }

    @Test func `a quiet file is handed on when its time comes`() async {
        let monitor = SettlingMonitor([inbox], clock: clock) { _ in .quiet(SettlingBench.identity(1), .unproven) }
        await beside(monitor) { handedOn in
            await monitor.observe([seen(inbox, "a.wav")])
            clock.advance(by: .seconds(5))
            let batch = await handedOn.next()
            #expect(batch?.map(\.file?.key.path.string) == ["a.wav"])
        }
    }

    @Test func `a polled folder has the longer quiet time`() async {
        let monitor = SettlingMonitor([inbox, share], clock: clock) { _ in .quiet(SettlingBench.identity(1), .unproven)
        }
        await beside(monitor) { handedOn in
            await monitor.observe([
                .available(share.name, .polling(every: .seconds(30), reason: "nfs")), seen(share, "late.wav"),
                seen(inbox, "early.wav"),
            ])
            clock.advance(by: .seconds(14))
            #expect(await handedOn.next()?.map(\.file?.key.path.string) == ["early.wav"])
            clock.advance(by: .seconds(1))
            #expect(await handedOn.next()?.map(\.file?.key.path.string) == ["late.wav"])
        }
    }

    @Test func `a folder that hangs holds up its own files only`() async {
        let clock = clock
        let monitor = SettlingMonitor([inbox, share], clock: clock) { path in
            // It hangs while this clock stands still: until the test is over.
            if path.starts(with: "/share") {
                try? await clock.sleep(until: clock.now + .seconds(86_400), tolerance: nil)
            }
            return .quiet(SettlingBench.identity(1), .complete)
        }
        await beside(monitor) { handedOn in
            await monitor.observe((0..<100).map { seen(share, "\($0).wav", 1, .renamedIntoPlace) })
            await monitor.observe([seen(inbox, "a.wav", 1, .renamedIntoPlace)])
            #expect(await handedOn.next()?.map(\.file?.key.path.string) == ["a.wav"])
        }
    }

    @Test func `an unmounted folder's files wait and settle when it is back`() async {
        let (looked, looking) = AsyncStream.makeStream(of: Void.self)
        let monitor = SettlingMonitor([inbox], clock: clock) { _ in
            looking.yield()
            return .quiet(SettlingBench.identity(1), .unproven)
        }
        await beside(monitor) { handedOn in
            await monitor.observe([seen(inbox, "a.wav")])
            await monitor.observe([
                .unavailable(inbox.name, Failure(.folderMissing, "away", remedy: .hold(until: .surroundings)))
            ])
            clock.advance(by: .seconds(3600))
            #expect(await monitor.pending(FileKey(folder: inbox.name, path: "a.wav"))?.reason == .folderAway)
            await monitor.observe([.available(inbox.name, .inotify)])
            var looks = looked.makeAsyncIterator()
            await looks.next()
            #expect(await handedOn.next()?.count == 1)
        }
    }

    @Test func `a batch is released when its consumer returns`() async {
        let monitor = SettlingMonitor([inbox], clock: clock) { _ in .quiet(SettlingBench.identity(1), .complete) }
        await beside(monitor) { handedOn in
            await monitor.observe([seen(inbox, "a.wav", 1, .renamedIntoPlace)])
            _ = await handedOn.next()
            await monitor.observe([seen(inbox, "b.wav", 1, .renamedIntoPlace)])
            // The second batch is handed on only after the first was taken and released.
            _ = await handedOn.next()
            #expect(await monitor.pending(FileKey(folder: inbox.name, path: "a.wav")) == nil)
        }
    }

    @Test func `five thousand files at once flow through, each handed on once`() async {
        let monitor = SettlingMonitor([inbox], clock: clock) { _ in .quiet(SettlingBench.identity(1), .complete) }
        await beside(monitor) { handedOn in
            await monitor.observe((0..<5_000).map { seen(inbox, "\($0).wav", 1, .renamedIntoPlace) })
            var names: Set<FilePath> = []
            var count = 0
            while count < 5_000, let batch = await handedOn.next() {
                count += batch.count
                names.formUnion(batch.compactMap { $0.file?.key.path })
            }
            #expect(count == 5_000 && names.count == 5_000)
        }
    }

    @Test func `a file that waits for an hour does not keep the loop asleep for one that waits for seconds`() async {
        let truncated = Failure(.audioIncomplete, "half of it is missing", remedy: .reject)
        let monitor = SettlingMonitor([inbox], clock: clock) { path in
            .quiet(SettlingBench.identity(1), path.ends(with: "half.wav") ? .incomplete(truncated) : .complete)
        }
        await beside(monitor) { handedOn in
            await monitor.observe([seen(inbox, "half.wav", 1, .renamedIntoPlace)])
            await clock.sleeper(until: clock.now + .seconds(3600))
            await monitor.observe([seen(inbox, "later.wav")])
            await clock.sleeper(until: clock.now + .seconds(5))
            clock.advance(by: .seconds(5))
            #expect(await handedOn.next()?.map(\.file?.key.path.string) == ["later.wav"])
            clock.advance(by: .seconds(3600))
            let refused = SettledFile(
                key: FileKey(folder: inbox.name, path: "half.wav"), identity: SettlingBench.identity(1))
            #expect(await handedOn.next() == [.refused(refused, truncated)])
        }
    }

    @Test func `a reload drops the files of folders that are gone`() async {
        let monitor = SettlingMonitor([inbox, share], clock: clock) { _ in .gone }
        await monitor.observe([seen(inbox, "a.wav"), seen(share, "b.wav")])
        await monitor.reconfigure([inbox])
        #expect(await monitor.pending().map(\.key.folder) == [inbox.name])
        await monitor.observe([seen(share, "c.wav")])
        #expect(await monitor.pendingCount == 1)
    }

    @Test func `stops when cancelled, and runs again`() async {
        let monitor = SettlingMonitor([inbox], clock: clock) { _ in .quiet(SettlingBench.identity(1), .complete) }
        await beside(monitor) { _ in await monitor.observe([seen(inbox, "a.wav")]) }
        await beside(monitor) { handedOn in
            clock.advance(by: .seconds(5))
            #expect(await handedOn.next()?.count == 1)
        }
    }
}
