// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit

/// What must hold for a finished batch, whatever happened to its daemons.
struct TortureVerdict {
    private let batch: TortureBatch
    private let entries: [JSONValue]
    /// The violations, one sentence each.
    private(set) var faults: [String] = []

    /// - Parameter mayRepeat: free work that ended with its daemon starts again.
    init(_ batch: TortureBatch, mayRepeat: Bool = false) async throws {
        self.batch = batch
        entries = try batch.entries()
        try deliveries()
        try sources()
        if !mayRepeat { try submissions() }
        minutes()
        try leftovers()
        try await ledger()
        if !mayRepeat { troubles() }
    }

    /// The audio of each job.
    private var audio: [String: Int] {
        var paths: [String: String] = [:]
        for entry in entries where entry["event"]?.string == "found" {
            if let job = entry["job"]?.string { paths[job] = entry["path"]?.string }
        }
        let audio = Dictionary(uniqueKeysWithValues: batch.songs.map { ($0.path, $0.audio) })
        return paths.compactMapValues { audio[$0] ?? nil }
    }

    /// Each song has exactly one folder with its stems, and nothing else is beside them.
    private mutating func deliveries() throws {
        var wanted: Set<String> = ["album"]
        for song in batch.songs {
            let name = String(song.path.dropLast(4))
            if song.audio == nil {
                wanted.insert(name + ".problem.txt")
                continue
            }
            wanted.insert(name)
            for file in ["stems.json", "vocals.wav", "drums.wav", "bass.wav", "other.wav"] {
                wanted.insert("\(name)/\(file)")
            }
        }
        compare(try Self.tree(batch.output), wanted, in: "the output folder")
        let found = entries.filter { $0["event"]?.string == "found" }
        if found.count != batch.songs.count { faults.append("\(found.count) jobs for \(batch.songs.count) files") }
        let delivered = entries.filter { $0["event"]?.string == "delivered" }
        if delivered.count != batch.songs.count(where: { $0.audio != nil }) {
            faults.append("\(delivered.count) deliveries in the ledger")
        }
    }

    private mutating func sources() throws {
        for song in batch.songs {
            let root = batch.variant.movesSources && song.audio != nil ? batch.moved : batch.inbox
            let file = root.pushing(FilePath(song.path))
            guard try FileStatus.at(file) != nil else {
                faults.append("\(file) is not there")
                continue
            }
            if try file.bytes() != song.bytes { faults.append("\(file) was changed") }
        }
    }

    private mutating func submissions() throws {
        let audio = audio
        var counts: [Int: Int] = [:]
        for job in String(decoding: try batch.submissions.bytes(), as: UTF8.self).split(separator: "\n") {
            guard let audio = audio[String(job)] else {
                faults.append("job \(job) was submitted, and has no sound file")
                continue
            }
            counts[audio, default: 0] += 1
        }
        for audio in Set(batch.songs.compactMap(\.audio)).sorted() where counts[audio] != 1 {
            faults.append(
                "the audio of song \(audio) was submitted \(counts[audio] ?? 0) times" + history(ofAudio: audio))
        }
    }

    /// Each audio is paid for once.
    private mutating func minutes() {
        let charged = entries.filter { $0["event"]?.string == "returning" }.compactMap { $0["charged_ms"]?.int }
        var lengths: [Int: Int64] = [:]
        for song in batch.songs { if let audio = song.audio { lengths[audio] = song.milliseconds } }
        let wanted = lengths.values.reduce(0, +)
        if charged.reduce(0, +) != wanted {
            faults.append("\(charged.reduce(0, +)) ms were charged for \(wanted) ms of audio")
        }
    }

    private mutating func leftovers() throws {
        var tree = try Self.tree(batch.state)
        tree = tree.filter { !$0.hasPrefix("ledger.torn-") }
        compare(tree, ["ledger.jsonl", "lock", "work"], in: "the state directory")
    }

    private mutating func ledger() async throws {
        let outcome = try await StoryProgram.run(
            ["ledger", "verify", "--json", "--config", batch.configuration.string])
        let report = try JSONValue(parsing: outcome.output.utf8)
        if !outcome.status.isSuccess || report["sound"]?.bool != true { faults.append("the ledger: \(outcome.output)") }
    }

    /// A crash is not a failure of a job: none was held, delayed, returned or given up because of one.
    private mutating func troubles() {
        for entry in entries {
            guard let event = entry["event"]?.string,
                ["held", "deferred", "failed", "refunded", "cancelled", "resumed"].contains(event)
            else { continue }
            faults.append("unexpected: \(entry.text())" + history(of: entry["job"]?.string ?? ""))
        }
    }

    private mutating func compare(_ found: Set<String>, _ wanted: Set<String>, in place: String) {
        for name in found.subtracting(wanted).sorted() { faults.append("\(place) has \(name)") }
        for name in wanted.subtracting(found).sorted() { faults.append("\(place) lacks \(name)") }
    }

    private func history(ofAudio number: Int) -> String {
        audio.filter { $0.value == number }.keys.sorted().map(history(of:)).joined()
    }

    private func history(of job: String) -> String {
        entries.filter { $0["job"]?.string == job }.map { "\n    " + $0.text() }.joined()
    }

    /// The names of everything below a directory.
    private static func tree(_ directory: FilePath, _ prefix: String = "") throws -> Set<String> {
        var names: Set<String> = []
        for entry in try DirectoryListing.entries(of: directory) {
            names.insert(prefix + entry.name.string)
            let path = directory.appending(entry.name)
            if try FileStatus.at(path)?.kind == .directory {
                names.formUnion(try tree(path, prefix + entry.name.string + "/"))
            }
        }
        return names
    }
}
