// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit

@testable import StemwatchDaemon

/// A watched folder with songs, its output folder, and stems as a backend would return them.
struct DeliveryScene {
    let directory = TemporaryDirectory()
    var inbox: FilePath { directory("inbox") }
    var output: FilePath { directory("inbox-stems") }
    var settings: DeliverySettings

    init() throws {
        settings = DeliverySettings(output: FilePath("/"))
        settings.output = output
        try DurableFiles.makeDirectory(inbox)
    }

    /// 0.2 s at 8 kHz in stereo.
    static func sound(_ kind: AudioFixture.Kind = .wav16) -> AudioFixture {
        AudioFixture(kind, .song, seconds: 0.2, sampleRate: 8000)
    }

    /// The same `n` is the same job.
    static func job(_ n: Int) -> JobID { JobID(rawValue: "01JD000000000000000000" + String(1000 + n))! }

    func delivery(
        after: @escaping @Sendable (DeliveryStep) throws(Failure) -> Void = { _ in }
    ) -> Delivery {
        Delivery(settings, watched: inbox, after: after)
    }

    /// Puts a song into the watched folder and gives the order for it, with no stems yet.
    func order(
        _ n: Int = 1, _ path: FilePath = "song.wav", as fixture: AudioFixture = sound(), sumsToMix: Bool = true
    ) throws -> DeliveryOrder {
        let source = inbox.appending(path.components)
        try DurableFiles.makeDirectories(source.removingLastComponent())
        if try FileStatus.at(source) == nil { fixture.write(to: source) }
        let file = try FileDescriptor.open(source, .readOnly)
        let digest = try file.closeAfter { try FileDigest.of(file).digest }
        let reader = try AudioReader(source)
        let facts = TrackFacts(
            kind: reader.kind, format: reader.format, frames: Int64(fixture.frames),
            duration: AudioDuration(frames: Int64(fixture.frames), sampleRate: fixture.sampleRate),
            bytesDigest: digest, audioDigest: digest)
        return DeliveryOrder(
            job: Self.job(n), key: FileKey(folder: FolderName(rawValue: "inbox"), path: path), source: source,
            identity: try FileIdentity.at(source)!, facts: facts, stems: [],
            provenance: Provenance(
                backend: .builtin, kind: .builtin, model: "masks-1", foundAt: WallTime(milliseconds: 1000),
                separatedAt: WallTime(milliseconds: 2000), minutes: facts.duration, sumsToMix: sumsToMix))
    }

    /// Writes stems into `directory`: the song, shared out by powers of two, so that floats sum exactly.
    func fetch(
        into directory: FilePath, as fixture: AudioFixture = sound(),
        shares: [(StemName, Double)] = [(.vocals, 0.5), (.drums, 0.25), (.bass, 0.125), (.other, 0.125)]
    ) -> [StagedStem] {
        let samples = fixture.samples()
        return shares.map { name, share in
            let file = directory.appending("\(name).\(fixture.kind.fileExtension)")
            fixture.write(samples.map { $0 * share }, to: file)
            return StagedStem(name: name, file: file)
        }
    }

    /// Stages, fetches and delivers.
    func deliver(
        _ order: DeliveryOrder, as fixture: AudioFixture = sound(), by delivery: Delivery? = nil
    ) async throws -> DeliveryReceipt {
        let delivery = delivery ?? self.delivery()
        var order = order
        order.stems = fetch(into: try await delivery.stage(order.job), as: fixture)
        return try await delivery.deliver(order, at: WallTime(milliseconds: 3000))
    }

    /// Every path below `root` but the directories on the way, relative and sorted; empty directories end in `/`.
    func files(below root: FilePath) throws -> [String] {
        guard try FileStatus.at(root) != nil else { return [] }
        func walk(_ directory: FilePath, _ prefix: String) throws -> [String] {
            let entries = try DirectoryListing.entries(of: directory)
            if entries.isEmpty { return [prefix] }
            return try entries.flatMap { entry in
                let path = directory.appending(entry.name)
                let name = prefix + Printable(bytes: entry.name.bytes).description
                return try FileStatus.at(path)?.kind == .directory ? walk(path, name + "/") : [name]
            }
        }
        return try walk(root, "").sorted()
    }

    /// The names of a whole delivery, in `folder`.
    static func whole(_ folder: String, _ format: String = "wav") -> [String] {
        ["bass.\(format)", "drums.\(format)", "other.\(format)", "stems.json", "vocals.\(format)"].map {
            folder + "/" + $0
        }
    }
}

extension FilePath {
    fileprivate func appending(_ components: ComponentView) -> FilePath {
        var path = self
        for component in components { path.append(component) }
        return path
    }
}

/// What `work` throws, if that is a ``Failure``.
func failure<T>(_ work: () async throws -> T) async -> Failure? {
    do {
        _ = try await work()
        return nil
    } catch { return error as? Failure }
}
