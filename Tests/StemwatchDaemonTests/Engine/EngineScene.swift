// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import Synchronization
import SystemPackage
import TestKit

@testable import StemwatchDaemon

/// The engine with a real ledger, a real folder, and a backend that records each call. The disk is full for a while
/// before each write, so that code that does not wait for the ledger runs far ahead of it.
final class EngineScene: Sendable {
    let directory = TemporaryDirectory()
    /// Events that reached the disk (`submitting is on disk`) and calls of the backend (`submit`), in order.
    let acts = LineLog()
    let backend: NotedBackend
    let configuration: Configuration
    let disk: SlowDisk
    private let steps: DiskSteps
    private let begun = ContinuousClock.now
    private let passed = Mutex(Duration.zero)

    private static let folder = FolderName(rawValue: "inbox")
    /// Far from midnight.
    private static let start = WallTime(rfc3339: "2026-11-23T12:00:00Z")!

    /// - Parameter answers: the states that the backend reports for jobs, in turn, before it reports that they are
    ///   done.
    init(
        _ billing: BackendTraits.Billing = .free, answers: [RemoteStatus] = [],
        _ adjust: (inout Configuration, inout FolderConfiguration) -> Void = { _, _ in }
    ) throws {
        let acts = acts
        disk = SlowDisk { acts.append("\($0) is on disk") }
        backend = NotedBackend(billing, acts: acts, scratch: directory("scratch"), answers: answers)
        try DurableFiles.makeDirectory(directory("scratch"))
        let inbox = directory("inbox")
        try DurableFiles.makeDirectory(inbox)
        steps = try DiskSteps(below: [inbox]) {
            if (try? FileStatus.at($0)) == nil { acts.append("the source is gone") }
        }
        var folder = FolderConfiguration(
            watch: WatchSettings(folder: Self.folder, root: inbox),
            delivery: DeliverySettings(output: directory("inbox-stems")))
        folder.backend = backend.traits.name
        folder.intake.minimumDuration = .zero
        folder.existing = .take
        var configuration = Configuration(stateDirectory: directory("state"), folders: [])
        configuration.backends = [
            backend.traits.name: BackendSettings(name: backend.traits.name, kind: .builtin)
        ]
        configuration.retry.first = .milliseconds(1)
        configuration.retry.ceiling = .milliseconds(2)
        adjust(&configuration, &folder)
        configuration.folders = [folder]
        self.configuration = configuration
    }

    /// Runs an engine on the state of the last one, while `body` runs.
    func running(_ body: @escaping @Sendable (Engine) async throws -> Void) async throws {
        let opened = try Ledger.open(
            stateDirectory: configuration.stateDirectory, now: now, calls: disk.calls,
            retryEvery: .milliseconds(1))
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = Engine(
            book: opened.book, ledger: opened.ledger, configuration: configuration,
            backends: [backend.traits.name: backend], calendar: .utc, log: log, now: { self.now })
        await engine.start()
        try await withThrowingTaskGroup { group in
            group.addTask { await engine.run(JobRunner(engine, log: log).perform) }
            try await body(engine)
            group.cancelAll()
        }
        try await opened.ledger.close()
    }

    private var now: WallTime { Self.start.advanced(by: passed.withLock { $0 } + (.now - begun)) }

    /// Sets the engine's clock forward.
    func pass(_ duration: Duration, for engine: Engine) async {
        passed.withLock { $0 += duration }
        await engine.wakeup.wake()
    }

    /// Puts a song into the folder, and returns it as settling does: 200 ms of audio, unique for each `number`.
    func song(_ number: Int, as name: String? = nil) throws -> SettledFile {
        let name = name ?? "\(number).wav"
        let fixture = AudioFixture(
            .wav16, .noise(seed: UInt64(number)), seconds: 0.2, sampleRate: 8000, channels: 1)
        let path = fixture.write(to: directory("inbox").appending(name))
        return SettledFile(
            key: FileKey(folder: Self.folder, path: FilePath(name)), identity: try FileIdentity.at(path)!)
    }

    /// Waits until an act happened for the `count`th time.
    func until(_ act: String, count: Int = 1) async throws {
        guard await acts.line(count, where: { $0 == act }) != nil else {
            throw StoryFailure("no \"\(act)\" (\(count)) among: \(acts.lines.joined(separator: ", "))")
        }
    }

    /// The times of all events of a kind in the ledger.
    func moments(of event: String) throws -> [WallTime] {
        let lines = try directory("state").appending("ledger.jsonl").bytes().split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONValue(parsing: $0) }.filter { $0["event"]?.string == event }
            .compactMap { $0["at"]?.string.flatMap { WallTime(rfc3339: $0) } }
    }

    /// Whether `act` first happened after `other` first did.
    func happened(_ act: String, after other: String) -> Bool {
        let lines = acts.lines
        guard let at = lines.firstIndex(of: act), let before = lines.firstIndex(of: other) else { return false }
        return before < at
    }
}
