// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import SystemPackage
import TestKit

@testable import StemwatchDaemon

/// The daemon's engine with a real ledger and a real folder. The real service separates the songs, behind a proxy that
/// fails on request.
struct ProxiedFolder: Sendable {
    let proxy: FaultProxy
    let service: LiveService
    private let directory = TemporaryDirectory()
    private let configuration: Configuration
    private let backend: StemlabBackend
    private let tail: LedgerTail

    private static let folder = FolderName(rawValue: "inbox")
    private static let name = BackendName(rawValue: "studio")
    static let length = AudioDuration(milliseconds: 500)

    /// Runs `body` with a song in progress.
    static func run(
        giveUpAfter patience: Duration? = nil, planning plan: (FaultProxy) -> Void,
        _ body: @escaping @Sendable (ProxiedFolder) async throws -> Void
    ) async throws {
        let proxy = FaultProxy()
        plan(proxy)
        var retry = RetryPolicy()
        retry.first = .milliseconds(1)
        retry.ceiling = .milliseconds(20)
        if let patience { retry.giveUpAfter = patience }
        try await LiveService.run(behind: proxy, NoiseCompute()) { [retry] service in
            let folder = try ProxiedFolder(proxy, service, retry)
            try await folder.running { try await body(folder) }
        }
    }

    private init(_ proxy: FaultProxy, _ service: LiveService, _ retry: RetryPolicy) throws {
        (self.proxy, self.service) = (proxy, service)
        let (inbox, state) = (directory("inbox"), directory("state"))
        for place in [inbox, state] { try DurableFiles.makeDirectory(place) }
        var settings = StemlabSettings(url: try ServiceURL(service.url))
        settings.stall = .seconds(1)
        try TokenFile.write(
            service.token, to: settings.tokenFile(stateDirectory: state), stateDirectory: state)
        var folder = FolderConfiguration(
            watch: WatchSettings(folder: Self.folder, root: inbox),
            delivery: DeliverySettings(output: directory("inbox-stems")))
        folder.backend = Self.name
        folder.intake.minimumDuration = .zero
        folder.existing = .take
        var configuration = Configuration(stateDirectory: state, folders: [folder])
        configuration.backends = [Self.name: BackendSettings(name: Self.name, kind: .stemlab(settings))]
        configuration.retry = retry
        self.configuration = configuration
        backend = StemlabBackend(Self.name, settings, stateDirectory: state, longPoll: .seconds(1))
        tail = try LedgerTail(state)
    }

    private func running(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let opened = try Ledger.open(stateDirectory: configuration.stateDirectory, now: .now)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = Engine(
            book: opened.book, ledger: opened.ledger, configuration: configuration,
            backends: [Self.name: backend], calendar: .utc, log: log)
        await engine.start()
        let song = try song()
        try await withThrowingTaskGroup { group in
            group.addTask { await engine.run(JobRunner(engine, log: log).perform) }
            try await engine.filesSettled([.settled(song)])
            try await body()
            group.cancelAll()
        }
        try await opened.ledger.close()
    }

    private func song() throws -> SettledFile {
        let fixture = AudioFixture(
            .wav16, .noise(seed: 1), seconds: Double(Self.length.milliseconds) / 1000)
        let path = fixture.write(to: directory("inbox").appending("song.wav"))
        return SettledFile(
            key: FileKey(folder: Self.folder, path: "song.wav"), identity: try FileIdentity.at(path)!)
    }

    /// Waits until one of these events is on disk.
    func until(_ events: String...) async throws {
        let marks = events.map { "\"event\":\"\($0)\"" }
        guard await tail.lines.line(1, where: { line in marks.contains { line.contains($0) } }) != nil else {
            throw StoryFailure("none of \(events) among: \(tail.lines.lines.joined(separator: "\n"))")
        }
    }

    /// The entries of one kind, so far.
    func entries(_ event: String) throws -> [JSONValue] {
        try tail.lines.lines.map { try JSONValue(parsing: $0.utf8) }.filter { $0["event"]?.string == event }
    }

    /// Why the song had to wait, or failed: codes, in their order.
    func reasons() throws -> [String] {
        try (entries("deferred") + entries("held") + entries("failed")).compactMap { $0["failure"]?["code"]?.string }
    }

    /// The stems that were delivered.
    func stems() throws -> [String: [UInt8]] {
        let place = directory("inbox-stems").appending("song")
        var stems: [String: [UInt8]] = [:]
        for entry in try DirectoryListing.entries(of: place) where entry.name.string.hasSuffix(".wav") {
            stems[entry.name.string] = try place.appending(entry.name).bytes()
        }
        return stems
    }

    /// The stems as the service made them.
    func made() throws -> [String: [UInt8]] {
        var stems: [String: [UInt8]] = [:]
        for stem in StemName.standard {
            let file = NoiseCompute.sound(of: stem, Self.length).write(to: directory("made.wav"))
            stems["\(stem.rawValue).wav"] = try file.bytes()
        }
        return stems
    }
}
