// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// `stems.json`: what a folder of stems is. It marks the folder as a delivery of ours. Its keys: `docs/stems.json.md`.
struct StemManifest: Hashable, Sendable {
    static let file: FilePath.Component = "stems.json"
    /// The most bytes of a manifest, which has a few hundred a stem.
    static let sizeLimit = 1 << 20
    private static let maker = "stemwatch"

    struct Stem: Hashable, Sendable {
        var name: StemName
        var file: String
        var bytes: Int64
        var digest: Digest256
        var frames: Int64
        var peak: Float
    }

    var job: JobID
    var stems: [Stem]
    var residualDecibels: Double?
    var warnings: [String]
    var reusedFrom: JobID?
    /// What separated them, in a manifest that was read. A new one takes it from the order.
    var model: String?

    /// As a delivery of the folder at `output`.
    func delivered(at output: FilePath) -> Delivered {
        Delivered(
            output: output, stems: stems.map { .init(name: $0.name, file: $0.file, digest: $0.digest) },
            reusedFrom: reusedFrom)
    }
}

extension StemManifest {
    /// The file's bytes. The facts about the track and its separation come from `order`.
    func text(of order: DeliveryOrder, at now: WallTime) -> [UInt8] {
        let (facts, provenance) = (order.facts, order.provenance)
        var members: [String: JSONValue] = [
            "version": 1,
            "made_by": .string(Self.maker),
            "job": .string(job.rawValue),
            "folder": .string(order.key.folder.rawValue),
            "source_kind": .string(facts.kind),
            "sample_rate": .int(Int64(facts.format.sampleRate)),
            "channels": .int(Int64(facts.format.channels)),
            "frames": .int(facts.frames),
            "duration_ms": .int(facts.duration.milliseconds),
            "bytes_sha256": .string(facts.bytesDigest.hex),
            "audio_sha256": .string(facts.audioDigest.hex),
            "backend": .string(provenance.backend.rawValue),
            "backend_kind": .string(provenance.kind?.rawValue ?? ""),
            "model": .string(provenance.model),
            "found_at": .string(provenance.foundAt.rfc3339),
            "separated_at": .string(provenance.separatedAt.rfc3339),
            "delivered_at": .string(now.rfc3339),
            "minutes_ms": .int(provenance.minutes.milliseconds),
            "stems": .array(stems.map(\.json)),
            "residual_db": residualDecibels.map { .double(($0 * 100).rounded() / 100) } ?? .null,
            "warnings": .array((facts.warnings + warnings).map(JSONValue.string)),
            "reused_from": reusedFrom.map { .string($0.rawValue) } ?? .null,
        ]
        Self.add(order.key.path.lastComponent?.bytes ?? [], as: "source", to: &members)
        Self.add(order.key.path.bytes, as: "path", to: &members)
        return JSONValue.object(members).bytes(indented: true) + Array("\n".utf8)
    }

    /// A name as text, or as `…_b64` when it is not UTF-8.
    private static func add(_ name: [UInt8], as key: String, to members: inout [String: JSONValue]) {
        if let text = String(validating: name, as: UTF8.self) {
            members[key] = .string(text)
        } else {
            members[key] = .string(Printable(bytes: name).description)
            members[key + "_b64"] = .string(Base64.text(of: name))
        }
    }

    /// - Parameter bytes: of a file called `stems.json`; `nil` when it is not one of ours.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), json["made_by"]?.string == Self.maker,
            let job = json["job"]?.string.flatMap(JobID.init(rawValue:)), let stems = json["stems"]?.array
        else { return nil }
        self.job = job
        self.stems = stems.compactMap(Stem.init(json:))
        guard self.stems.count == stems.count else { return nil }
        residualDecibels = json["residual_db"]?.double
        warnings = json["warnings"]?.array?.compactMap(\.string) ?? []
        reusedFrom = json["reused_from"]?.string.flatMap(JobID.init(rawValue:))
        model = json["model"]?.string
    }

    /// The manifest in `directory`; `nil`: there is none of ours.
    init?(in directory: borrowing OpenDirectory) throws(Failure) {
        guard let bytes = try directory.contents(of: Self.file, limit: Self.sizeLimit) else { return nil }
        self.init(bytes)
    }
}

extension StemManifest.Stem {
    fileprivate var json: JSONValue {
        [
            "name": .string(name.rawValue), "file": .string(file), "bytes": .int(bytes), "sha256": .string(digest.hex),
            "frames": .int(frames), "peak": .double((Double(peak) * 1e6).rounded() / 1e6),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let name = json["name"]?.string.flatMap(StemName.init(rawValue:)), let file = json["file"]?.string,
            let component = FilePath.Component(file), component.kind == .regular, component.string == file,
            let bytes = json["bytes"]?.int, let digest = json["sha256"]?.string.flatMap({ Digest256(hex: $0) }),
            let frames = json["frames"]?.int
        else { return nil }
        self.init(
            name: name, file: file, bytes: bytes, digest: digest, frames: frames,
            peak: Float(json["peak"]?.double ?? 0))
    }
}
