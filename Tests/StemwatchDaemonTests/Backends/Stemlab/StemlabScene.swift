// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import Synchronization
import SystemPackage
import TestKit

@testable import StemwatchDaemon

/// The engine with a real ledger and a real folder, and the real backend against a double of its service.
final class StemlabScene: Sendable {
    let directory = TemporaryDirectory()
    let service = StemlabDouble()
    /// Events that reached the disk, in order: `delivered`, `released`, …
    let acts = LineLog()
    let settings: StemlabSettings
    private let configuration: Configuration
    private let disk: SlowDisk
    private static let folder = FolderName(rawValue: "inbox")
    private static let name = BackendName(rawValue: "studio")

    init(_ adjust: (inout StemlabSettings) -> Void = { _ in }) throws {
        let acts = acts
        disk = SlowDisk { acts.append("\($0)") }
        let inbox = directory("inbox")
        try DurableFiles.makeDirectory(inbox)
        try DurableFiles.makeDirectory(directory("state"))
        var settings = StemlabSettings(url: try ServiceURL(service.origin))
        settings.stall = .seconds(1)
        adjust(&settings)
        self.settings = settings
        var folder = FolderConfiguration(
            watch: WatchSettings(folder: Self.folder, root: inbox),
            delivery: DeliverySettings(output: directory("inbox-stems")))
        folder.backend = Self.name
        folder.intake.minimumDuration = .zero
        folder.existing = .take
        var configuration = Configuration(stateDirectory: directory("state"), folders: [folder])
        configuration.backends = [Self.name: BackendSettings(name: Self.name, kind: .stemlab(settings))]
        configuration.retry.first = .milliseconds(1)
        configuration.retry.ceiling = .milliseconds(20)
        self.configuration = configuration
        try keep(StemlabDouble.token)
    }

    func keep(_ token: String) throws {
        try TokenFile.write(
            Secret(token), to: settings.tokenFile(stateDirectory: directory("state")),
            stateDirectory: directory("state"))
    }

    func backend() -> StemlabBackend {
        StemlabBackend(Self.name, settings, stateDirectory: directory("state"), longPoll: .zero)
    }

    /// Puts songs into the folder, and runs an engine on the state of the last one, while `body` runs.
    func running(_ songs: [SettledFile], _ body: @escaping @Sendable (Engine) async throws -> Void) async throws {
        let opened = try Ledger.open(
            stateDirectory: configuration.stateDirectory, now: .now, calls: disk.calls, retryEvery: .milliseconds(1))
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = Engine(
            book: opened.book, ledger: opened.ledger, configuration: configuration,
            backends: [Self.name: backend()], calendar: .utc, log: log)
        await engine.start()
        try await withThrowingTaskGroup { group in
            group.addTask { await engine.run(JobRunner(engine, log: log).perform) }
            try await engine.filesSettled(songs.map { .settled($0) })
            try await body(engine)
            group.cancelAll()
        }
        try await opened.ledger.close()
    }

    /// A song with unique audio, in the folder.
    func song(_ number: Int = 1) throws -> SettledFile {
        let fixture = AudioFixture(.wav16, .noise(seed: UInt64(number)), seconds: 0.5)
        let path = fixture.write(to: directory("inbox").appending("\(number).wav"))
        return SettledFile(
            key: FileKey(folder: Self.folder, path: FilePath("\(number).wav")), identity: try FileIdentity.at(path)!)
    }

    /// Waits until an event reached the disk for the `count`th time.
    func until(_ act: String, count: Int = 1) async throws {
        guard await acts.line(count, where: { $0 == act }) != nil else {
            throw StoryFailure("no \(act) (\(count)) among: \(acts.lines.joined(separator: ", "))")
        }
    }

    /// How often the ledger has an event, and the failures in it.
    func events(_ name: String) throws -> [JSONValue] {
        let lines = try directory("state").appending("ledger.jsonl").bytes().split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONValue(parsing: $0) }.filter { $0["event"]?.string == name }
    }
}
