// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

// The nouns of the ledger as members of its lines, each written and read side by side.

extension FileKey {
    var ledgerMembers: [String: JSONValue] {
        pathMember("path", path).with(["folder": .string(folder.rawValue)])
    }

    init(ledger line: JSONMembers) throws(JSONProblem) {
        self.init(
            folder: FolderName(rawValue: try line.require("folder", line.string("folder"))),
            path: try line.require("path", line.path("path", "path_b64")))
    }
}

extension FileIdentity {
    /// Device and inode use all 64 bits somewhere: they are written as the signed number of the same bits.
    var ledgerMembers: [String: JSONValue] {
        [
            "device": .int(Int64(bitPattern: device)), "inode": .int(Int64(bitPattern: inode)), "size": .int(size),
            "mtime_ns": .int(modified), "ctime_ns": .int(changed),
        ]
    }

    init(ledger line: JSONMembers) throws(JSONProblem) {
        self.init(
            device: UInt64(bitPattern: try line.require("device", line.int("device"))),
            inode: UInt64(bitPattern: try line.require("inode", line.int("inode"))),
            size: try line.require("size", line.int("size")),
            modified: try line.require("mtime_ns", line.int("mtime_ns")),
            changed: try line.require("ctime_ns", line.int("ctime_ns")))
    }
}

extension TrackFacts {
    var ledgerMembers: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "kind": .string(kind), "rate": .int(Int64(format.sampleRate)), "channels": .int(Int64(format.channels)),
            "samples": .string(format.samples.ledgerText), "frames": .int(frames),
            "minutes_ms": .int(duration.milliseconds), "bytes_sha256": .string(bytesDigest.hex),
            "audio_sha256": .string(audioDigest.hex),
        ]
        if !warnings.isEmpty { members["warnings"] = .array(warnings.map(JSONValue.string)) }
        return members
    }

    init(ledger track: JSONMembers) throws(JSONProblem) {
        var warnings: [String] = []
        try track["warnings"]?.forEach { (warning) throws(JSONProblem) in warnings.append(try warning.string()) }
        let samples = try track.require("samples", track.string("samples"))
        self.init(
            kind: try track.require("kind", track.string("kind")),
            format: AudioFormat(
                sampleRate: Int(try track.require("rate", track.int("rate"))),
                channels: Int(try track.require("channels", track.int("channels"))),
                samples: try track.require("samples", AudioFormat.Samples(ledgerText: samples))),
            frames: try track.require("frames", track.int("frames")),
            duration: try track.require("minutes_ms", track.duration("minutes_ms")),
            bytesDigest: try track.require("bytes_sha256", track.digest("bytes_sha256")),
            audioDigest: try track.require("audio_sha256", track.digest("audio_sha256")),
            warnings: warnings)
    }
}

extension AudioFormat.Samples {
    /// `int16`, `float32`, `lossy`.
    var ledgerText: String {
        switch self {
        case .integer(let bits): "int\(bits)"
        case .float(let bits): "float\(bits)"
        case .lossy: "lossy"
        }
    }

    init?(ledgerText text: String) {
        if text == "lossy" {
            self = .lossy
        } else if text.hasPrefix("int"), let bits = Int(text.dropFirst(3)) {
            self = .integer(bits: bits)
        } else if text.hasPrefix("float"), let bits = Int(text.dropFirst(5)) {
            self = .float(bits: bits)
        } else {
            return nil
        }
    }
}

extension Checkpoint {
    var ledgerMembers: [String: JSONValue] {
        ["step": .string(step), "values": .object(values.mapValues(JSONValue.string))]
    }

    init(ledger line: JSONMembers) throws(JSONProblem) {
        var values: [String: String] = [:]
        try line.members("values")?.forEach { (name, value) throws(JSONProblem) in values[name] = try value.string() }
        self.init(step: try line.require("step", line.string("step")), values: values)
    }
}

extension Delivered {
    var ledgerMembers: [String: JSONValue] {
        var members = pathMember("output", output)
        members["stems"] = .array(
            stems.map { stem in
                ["name": .string(stem.name.rawValue), "file": .string(stem.file), "sha256": .string(stem.digest.hex)]
            })
        if let reusedFrom { members["reused_from"] = .string(reusedFrom.rawValue) }
        return members
    }

    init(ledger line: JSONMembers) throws(JSONProblem) {
        var stems: [Stem] = []
        try line["stems"]?.forEach { (element) throws(JSONProblem) in
            let stem = try element.members()
            let name = try stem.require("name", stem.string("name"))
            stems.append(
                Stem(
                    name: try stem.require("name", StemName(rawValue: name)),
                    file: try stem.require("file", stem.string("file")),
                    digest: try stem.require("sha256", stem.digest("sha256"))))
        }
        self.init(
            output: try line.require("output", line.path("output", "output_b64")), stems: stems,
            reusedFrom: try line.job("reused_from"))
    }
}

extension Spending {
    var ledgerMembers: [String: JSONValue] {
        ["minutes_ms": .int(amount.milliseconds), "at": .string(at.rfc3339)]
    }

    init(ledger members: JSONMembers) throws(JSONProblem) {
        self.init(
            amount: try members.require("minutes_ms", members.duration("minutes_ms")),
            at: try members.require("at", members.time("at")))
    }
}

extension Failure {
    /// The remedy is written in one word, and what it depends on beside it.
    var ledgerMembers: [String: JSONValue] {
        var members: [String: JSONValue] = ["code": .string(code.rawValue), "message": .string(message)]
        if let hint { members["hint"] = .string(hint) }
        switch remedy {
        case .retry(let after):
            members["remedy"] = "retry"
            if let after { members["after_ms"] = .int(after.ledgerMilliseconds) }
        case .hold(let lift):
            members["remedy"] = "hold"
            switch lift {
            case .time(let time): members["until"] = .string(time.rfc3339)
            case .person: members["until"] = "person"
            case .surroundings: members["until"] = "surroundings"
            }
        case .reject: members["remedy"] = "reject"
        case .stop: members["remedy"] = "stop"
        }
        return members
    }

    init(ledger members: JSONMembers) throws(JSONProblem) {
        self.init(
            FailureCode(rawValue: try members.require("code", members.string("code"))),
            try members.require("message", members.string("message")), hint: try members.string("hint"),
            remedy: try Remedy(ledger: members))
    }

    /// From the member `failure` of a line.
    init(inLedger line: JSONMembers) throws(JSONProblem) {
        try self.init(ledger: line.require("failure", line.members("failure")))
    }
}

extension Remedy {
    /// A remedy of a newer version waits for a person: the one thing that can do no harm.
    fileprivate init(ledger members: JSONMembers) throws(JSONProblem) {
        switch try members.require("remedy", members.string("remedy")) {
        case "retry": self = .retry(after: try members.int("after_ms").map { .milliseconds($0) })
        case "reject": self = .reject
        case "stop": self = .stop
        case "hold":
            let until = try members.require("until", members.string("until"))
            self = .hold(
                until: WallTime(rfc3339: until).map(Lift.time) ?? (until == "surroundings" ? .surroundings : .person))
        default: self = .hold(until: .person)
        }
    }
}

extension Duration {
    /// Whole milliseconds, saturating.
    fileprivate var ledgerMilliseconds: Int64 {
        WallTime(milliseconds: 0).advanced(by: self).milliseconds
    }
}
