// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

// A job in a few hundred bytes: how the book keeps those that are over. What is written first is what look-ups compare.

extension PackedWriter {
    mutating func job(_ job: Job) {
        word(job.id.ulid.high)
        word(job.id.ulid.low)
        shared(job.key.folder.rawValue)
        raw(job.key.path.bytes)
        signed(job.identity.size)
        word(UInt64(bitPattern: job.identity.modified))
        signed(job.identity.changed &- job.identity.modified)
        number(job.identity.device)
        number(job.identity.inode)
        ending(job.ending)
        signed(job.foundAt.milliseconds)
        signed(job.updatedAt.milliseconds &- job.foundAt.milliseconds)
        number(UInt64(job.step.rawValue))
        signed(Int64(job.attempts))
        wait(job.wait)
        optional(job.facts) { $0.facts($1) }
        optional(job.backend) { $0.shared($1.rawValue) }
        optional(job.settings) { $0.shared($1) }
        optional(job.troubledSince) { $0.signed($1.milliseconds) }
        optional(job.reservation) { $0.spending($1) }
        optional(job.charge) { $0.spending($1) }
        number(UInt64(job.writtenOff.count))
        for spending in job.writtenOff { self.spending(spending) }
        optional(job.checkpoint) { writer, checkpoint in
            writer.text(checkpoint.step)
            writer.number(UInt64(checkpoint.values.count))
            for (name, value) in checkpoint.values {
                writer.text(name)
                writer.text(value)
            }
        }
        optional(job.remote) { $0.text($1.handle) }
        optional(job.delivered) { $0.delivered($1, source: job.key.path) }
        optional(job.disposal) { $0.shared($1.rawValue) }
        optional(job.movedTo) { $0.raw($1.bytes) }
        number(job.repayAllowed ? 1 : 0)
    }

    private mutating func optional<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
        number(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    private mutating func wait(_ wait: JobWait?) {
        switch wait {
        case nil: number(0)
        case .held(let failure):
            number(1)
            self.failure(failure)
        case .deferred(let failure, let attempt, let retryAt):
            number(2)
            self.failure(failure)
            signed(Int64(attempt))
            signed(retryAt.milliseconds)
        }
    }

    private mutating func ending(_ ending: JobEnding?) {
        switch ending {
        case nil: number(0)
        case .rejected(let failure):
            number(1)
            self.failure(failure)
        case .failed(let failure):
            number(2)
            self.failure(failure)
        case .cancelled(let failure):
            number(3)
            self.failure(failure)
        }
    }

    private mutating func failure(_ failure: Failure) {
        shared(failure.code.rawValue)
        text(failure.message)
        optional(failure.hint) { $0.shared($1) }
        switch failure.remedy {
        case .retry(nil): number(0)
        case .retry(let after?):
            number(1)
            word(UInt64(bitPattern: after.components.seconds))
            word(UInt64(bitPattern: after.components.attoseconds))
        case .hold(.time(let time)):
            number(2)
            signed(time.milliseconds)
        case .hold(.person): number(3)
        case .hold(.surroundings): number(4)
        case .reject: number(5)
        case .stop: number(6)
        }
    }

    private mutating func facts(_ facts: TrackFacts) {
        shared(facts.kind)
        signed(Int64(facts.format.sampleRate))
        signed(Int64(facts.format.channels))
        shared(facts.format.samples.ledgerText)
        signed(facts.frames)
        signed(facts.duration.milliseconds)
        digest(facts.bytesDigest)
        digest(facts.audioDigest)
        number(UInt64(facts.warnings.count))
        for warning in facts.warnings { text(warning) }
    }

    private mutating func spending(_ spending: Spending) {
        signed(spending.amount.milliseconds)
        signed(spending.at.milliseconds)
    }

    /// An output is nearly always a root that many share, and then the source's own path without its ending.
    private mutating func delivered(_ delivered: Delivered, source: FilePath) {
        let output = delivered.output.bytes
        let tail = PackedReader.name(of: source.bytes)
        if output.count > tail.count, output.suffix(tail.count) == tail {
            number(1)
            shared(output.dropLast(tail.count))
        } else {
            number(0)
            raw(output)
        }
        number(UInt64(delivered.stems.count))
        for stem in delivered.stems {
            shared(stem.name.rawValue)
            shared(stem.file)
            digest(stem.digest)
        }
        optional(delivered.reusedFrom) { writer, id in
            writer.word(id.ulid.high)
            writer.word(id.ulid.low)
        }
    }
}

extension PackedReader {
    mutating func id() -> JobID { JobID(ULID(high: word(), low: word())) }

    /// What look-ups compare, read without building a job. Call it at the start.
    mutating func head() -> (id: JobID, identity: FileIdentity, ending: JobEnding?) {
        let id = id()
        _ = number()
        _ = raw()
        return (id, identity(), ending())
    }

    /// Whether the job is the track at `key`, whose path has these bytes. Call it at the start.
    mutating func isAt(_ key: FileKey, _ path: UnsafeRawBufferPointer) -> Bool {
        _ = id()
        return texts.isText(number(), key.folder.rawValue) && raw().elementsEqual(path)
    }

    private mutating func identity() -> FileIdentity {
        let size = signed()
        let modified = Int64(bitPattern: word())
        let changed = signed() &+ modified
        return FileIdentity(device: number(), inode: number(), size: size, modified: modified, changed: changed)
    }

    mutating func job() -> Job {
        let id = id()
        let key = FileKey(folder: FolderName(rawValue: shared()), path: path())
        let (identity, ending) = (identity(), ending())
        var job = Job(id: id, key: key, identity: identity, foundAt: WallTime(milliseconds: signed()))
        job.ending = ending
        job.updatedAt = WallTime(milliseconds: signed() &+ job.foundAt.milliseconds)
        job.step = JobStep(rawValue: Int(number())) ?? .found
        job.attempts = Int(signed())
        job.wait = wait()
        job.facts = optional { $0.facts() }
        job.backend = optional { BackendName(rawValue: $0.shared()) }
        job.settings = optional { $0.shared() }
        job.troubledSince = optional { WallTime(milliseconds: $0.signed()) }
        job.reservation = optional { $0.spending() }
        job.charge = optional { $0.spending() }
        for _ in 0..<number() { job.writtenOff.append(spending()) }
        job.checkpoint = optional { reader in
            var checkpoint = Checkpoint(step: reader.text())
            for _ in 0..<reader.number() {
                let name = reader.text()
                checkpoint.values[name] = reader.text()
            }
            return checkpoint
        }
        job.remote = optional { RemoteJob(handle: $0.text()) }
        job.delivered = optional { $0.delivered(source: key.path) }
        job.disposal = optional { Disposal(rawValue: $0.shared()) }
        job.movedTo = optional { $0.path() }
        job.repayAllowed = number() == 1
        return job
    }

    private mutating func optional<Value>(_ read: (inout Self) -> Value?) -> Value? {
        number() == 0 ? nil : read(&self)
    }

    private mutating func wait() -> JobWait? {
        switch number() {
        case 1: .held(failure())
        case 2:
            .deferred(failure(), attempt: Int(signed()), retryAt: WallTime(milliseconds: signed()))
        default: nil
        }
    }

    private mutating func ending() -> JobEnding? {
        switch number() {
        case 1: .rejected(failure())
        case 2: .failed(failure())
        case 3: .cancelled(failure())
        default: nil
        }
    }

    private mutating func failure() -> Failure {
        let code = FailureCode(rawValue: shared())
        let message = text()
        let hint = optional { $0.shared() }
        let remedy: Remedy =
            switch number() {
            case 0: .retry(after: nil)
            case 1:
                .retry(
                    after: Duration(
                        secondsComponent: Int64(bitPattern: word()), attosecondsComponent: Int64(bitPattern: word())))
            case 2: .hold(until: .time(WallTime(milliseconds: signed())))
            case 4: .hold(until: .surroundings)
            case 5: .reject
            case 6: .stop
            default: .hold(until: .person)
            }
        return Failure(code, message, hint: hint, remedy: remedy)
    }

    private mutating func facts() -> TrackFacts {
        let kind = shared()
        let rate = Int(signed())
        let channels = Int(signed())
        let samples = AudioFormat.Samples(ledgerText: shared()) ?? .lossy
        let frames = signed()
        let duration = AudioDuration(milliseconds: signed())
        let bytesDigest = digest()
        let audioDigest = digest()
        let warnings = (0..<number()).map { _ in text() }
        return TrackFacts(
            kind: kind, format: AudioFormat(sampleRate: rate, channels: channels, samples: samples), frames: frames,
            duration: duration, bytesDigest: bytesDigest, audioDigest: audioDigest, warnings: warnings)
    }

    private mutating func spending() -> Spending {
        Spending(amount: AudioDuration(milliseconds: signed()), at: WallTime(milliseconds: signed()))
    }

    private mutating func delivered(source: FilePath) -> Delivered? {
        let output = number() == 0 ? path() : Self.path(texts.bytes(number()) + Self.name(of: source.bytes))
        let stems = (0..<number()).compactMap { _ -> Delivered.Stem? in
            let name = StemName(rawValue: shared())
            let file = shared()
            let digest = digest()
            return name.map { Delivered.Stem(name: $0, file: file, digest: digest) }
        }
        return Delivered(output: output, stems: stems, reusedFrom: optional { $0.id() })
    }

    /// A path without the ending of its last name.
    static func name(of path: [UInt8]) -> ArraySlice<UInt8> {
        let name = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        guard let dot = path.lastIndex(of: UInt8(ascii: ".")), dot > name else { return path[...] }
        return path[..<dot]
    }
}
