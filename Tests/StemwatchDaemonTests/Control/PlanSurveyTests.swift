// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// `plan`, on real folders.
struct PlanSurveyTests {
    private let directory = TemporaryDirectory()
    private var inbox: FilePath { directory("inbox") }
    private let name = FolderName(rawValue: "inbox")

    init() throws {
        for directory in [directory("inbox"), directory("state")] {
            try DurableFiles.makeDirectory(directory, mode: 0o700)
        }
    }

    private func song(_ name: String, seed: UInt64 = 1) throws -> SettledFile {
        let fixture = AudioFixture(.wav16, .noise(seed: seed), seconds: 3, sampleRate: 8000, channels: 1)
        let path = fixture.write(to: inbox.pushing(FilePath(name)))
        return SettledFile(
            key: FileKey(folder: self.name, path: FilePath(name)), identity: try #require(try FileIdentity.at(path)))
    }

    private func plan(billed: Bool = false, _ paths: FilePath...) async throws -> Plan {
        var folder = FolderConfiguration(
            watch: WatchSettings(folder: name, root: inbox), delivery: DeliverySettings(output: directory("stems")))
        folder.backend = BackendName(rawValue: "studio")
        folder.intake.minimumDuration = .zero
        var configuration = Configuration(stateDirectory: directory("state"), folders: [folder])
        let command = CommandSettings(
            arguments: ["/bin/true", "{input}", "{output}"],
            stems: StemName.standard.map { CommandSettings.StemFile(name: $0, file: "\($0.rawValue).wav") },
            model: "none", billed: billed)
        configuration.backends = [folder.backend: BackendSettings(name: folder.backend, kind: .command(command))]
        return try await PlanSurvey(configuration, program: BuiltProduct.stemwatch).plan(paths)
    }

    private func record(_ events: [(JobID?, LedgerEvent)]) throws {
        let entries = events.enumerated().map { number, event in
            LedgerSamples.entry(UInt64(number + 1), event.1, job: event.0)
        }
        try directory("state").appending("ledger.jsonl").write(entries.flatMap(LedgerLine.bytes(of:)))
    }

    @Test func `a directory that cannot be read is reported, and the rest is counted`() async throws {
        _ = try song("a.wav")
        inbox.appending("z").makeDirectory()
        _ = try song("z/b.wav")
        // Deeper than the longest path.
        let script = """
            cd inbox/z; name=$(printf '%0200d' 0); i=0
            while [ $i -lt 25 ]; do mkdir $name; cd -P $name; i=$((i + 1)); done
            """
        try await Shell.run(script, in: directory.path).requireSuccess()
        for paths in [[], [inbox]] as [[FilePath]] {
            let plan = paths.isEmpty ? try await plan() : try await plan(paths[0])
            #expect(plan.items.count == 2 && plan.fitting == 2)
            #expect(plan.troubles.count == 1)
        }
        await #expect(throws: Failure.self) { try await plan(inbox.appending("none")) }
    }

    @Test func `files from before the first start are held where it is billed, as the daemon does`() async throws {
        _ = try song("a.wav")
        #expect(try await plan(billed: true).items.map(\.fate).allSatisfy { $0 != .fits })
        #expect(try await plan(billed: false).fitting == 1)
        // The folder was watched long before: the file is new.
        try record([(nil, .watched(name))])
        #expect(try await plan(billed: true).fitting == 1)
    }

    @Test func `files that are held already are counted, and a pause is reported`() async throws {
        let held = try song("a.wav")
        _ = try song("b.wav", seed: 2)
        try record([
            (nil, .watched(name)), (LedgerSamples.id(1), .found(key: held.key, identity: held.identity)),
            (LedgerSamples.id(1), .held(LedgerSamples.failure(.hold(until: .person)))), (nil, .paused(name)),
        ])
        let plan = try await plan()
        #expect(plan.summary == "1 file, 0.05 min: 1 fit, 0 held; held already: 1")
        #expect(plan.text.contains("folder inbox is paused"))
        let json = JSONValue(encoding: plan)
        #expect(json["held_already"] == 1 && json["paused"]?.array?.count == 1)
    }
}
