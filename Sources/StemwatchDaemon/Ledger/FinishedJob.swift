// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// A job that is over, in about 500 bytes: a third of a ``Job``. What it shares with many others is kept once
/// (``Common``), and what few jobs have is kept as the ledger writes it.
///
/// It never changes, so copies of the book share it.
final class FinishedJob: Sendable {
    let id: JobID
    private let facts: Facts?
    let identity: FileIdentity
    let common: Shared
    private let path: FilePath
    private let foundAt: WallTime
    private let updatedAt: WallTime
    private let charge: Spending?
    private let stems: [Digest256]
    /// The stem folder, where it is not the source's own path below ``Common/outputRoot``.
    private let otherOutput: FilePath?
    private let reusedFrom: JobID?
    /// A failure, a checkpoint and the like as a JSON object; empty for most jobs.
    private let rest: [UInt8]

    /// What is the same for many jobs.
    struct Common: Hashable, Sendable {
        let folder: ExactText
        let step: JobStep
        let standing: JobState
        let endedWithItsFile: Bool
        let backend: ExactText?
        let settings: ExactText?
        let kind: ExactText?
        let format: AudioFormat?
        let stems: [[ExactText]]?
        let outputRoot: [UInt8]
        let disposal: Disposal?
    }

    /// A text that equals no other spelling of itself: an accent may be composed or not.
    struct ExactText: Hashable, Sendable {
        let text: String
        init(_ text: String) { self.text = text }
        static func == (a: Self, b: Self) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
    }

    /// One ``Common`` that many jobs refer to.
    final class Shared: Sendable {
        let value: Common
        init(_ value: Common) { self.value = value }
    }

    /// Of ``TrackFacts``, what differs from track to track.
    private struct Facts {
        let bytesDigest: Digest256
        let audioDigest: Digest256
        let frames: Int64
        let duration: AudioDuration
        let warnings: [String]
    }

    /// - Parameter pool: the values that jobs share; a new one is added.
    init(_ job: Job, pool: inout [Common: Shared]) {
        (id, identity, path, foundAt, updatedAt) = (job.id, job.identity, job.key.path, job.foundAt, job.updatedAt)
        facts = job.facts.map {
            Facts(
                bytesDigest: $0.bytesDigest, audioDigest: $0.audioDigest, frames: $0.frames, duration: $0.duration,
                warnings: $0.warnings)
        }
        charge = job.charge
        stems = job.delivered?.stems.map(\.digest) ?? []
        reusedFrom = job.delivered?.reusedFrom
        let output = job.delivered?.output.bytes ?? []
        let tail = Self.withoutExtension(path)
        let isBelowRoot = output.ends(with: tail)
        otherOutput = isBelowRoot ? nil : job.delivered?.output
        let rest = job.uncommonMembers
        self.rest = rest.isEmpty ? [] : JSONValue.object(rest).bytes()
        let common = Common(
            folder: ExactText(job.key.folder.rawValue), step: job.step, standing: job.standing,
            endedWithItsFile: job.endedWithItsFile, backend: (job.backend?.rawValue).map(ExactText.init),
            settings: job.settings.map(ExactText.init), kind: (job.facts?.kind).map(ExactText.init),
            format: job.facts?.format,
            stems: job.delivered?.stems.map { [ExactText($0.name.rawValue), ExactText($0.file)] },
            outputRoot: isBelowRoot ? output.dropLast(tail.count) : [], disposal: job.disposal)
        if let shared = pool[common] {
            self.common = shared
        } else {
            self.common = Shared(common)
            pool[common] = self.common
        }
    }

    /// The whole job again.
    var job: Job {
        let common = common.value
        let key = FileKey(folder: FolderName(rawValue: common.folder.text), path: path)
        var job = Job(id: id, key: key, identity: identity, foundAt: foundAt)
        (job.updatedAt, job.step, job.charge, job.disposal) = (updatedAt, common.step, charge, common.disposal)
        job.backend = common.backend.map { BackendName(rawValue: $0.text) }
        job.settings = common.settings?.text
        if let facts, let kind = common.kind, let format = common.format {
            job.facts = TrackFacts(
                kind: kind.text, format: format, frames: facts.frames, duration: facts.duration,
                bytesDigest: facts.bytesDigest, audioDigest: facts.audioDigest, warnings: facts.warnings)
        }
        if let names = common.stems {
            let root = FilePath(bytes: common.outputRoot + Self.withoutExtension(path))
            job.delivered = Delivered(
                output: otherOutput ?? root,
                stems: zip(names, stems).compactMap { names, digest in
                    StemName(rawValue: names[0].text).map {
                        Delivered.Stem(name: $0, file: names[1].text, digest: digest)
                    }
                }, reusedFrom: reusedFrom)
        }
        guard !rest.isEmpty else { return job }
        // What was written here is read here: a member that could not be read was in no line of the ledger either.
        try? rest.withUnsafeBytes { (text) throws(JSONProblem) in
            try job.readUncommon(from: JSONMembers(parsing: text))
        }
        return job
    }

    private static func withoutExtension(_ path: FilePath) -> [UInt8] {
        var path = path
        path.extension = nil
        return path.bytes
    }
}

extension [UInt8] {
    fileprivate func ends(with tail: [UInt8]) -> Bool { count >= tail.count && suffix(tail.count) == tail[...] }
}
