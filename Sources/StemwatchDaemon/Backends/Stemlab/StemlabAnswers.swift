// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// What the service answers with, as far as it is used here: docs/stemlab-openapi.yaml has the whole of it.
struct StemlabUpload: Sendable {
    enum State: String, Sendable { case open, complete, used }
    let id: String
    let state: State
    let bytes: Int64
    let offset: Int64
    /// While it is open.
    let url: ServiceURL?

    init?(_ json: JSONValue, at service: ServiceURL) {
        guard let id = json["id"]?.string, StemlabID.isUpload(id), let bytes = json["bytes"]?.int,
            let state = json["state"]?.string.flatMap(State.init), let offset = json["offset"]?.int,
            (0...bytes).contains(offset)
        else { return nil }
        (self.id, self.state, self.bytes, self.offset) = (id, state, bytes, offset)
        url = json["url"]?.string.flatMap { StemlabObject.url($0, of: service) }
        if state == .open, url == nil { return nil }
    }
}

struct StemlabJob: Sendable {
    enum State: String, Sendable { case queued, running, succeeded, failed, cancelled }
    let id: String
    let state: State
    /// 0…100.
    let progress: Int64
    /// What separated it, once something has.
    let model: String?
    /// Why it failed.
    let failure: (code: String, detail: String)?
    /// Its stems were there, and have been removed.
    let isSwept: Bool
    let stems: [Stem]

    struct Stem: Sendable {
        let name: StemName
        let bytes: Int64
        let digest: Digest256
        let url: ServiceURL
    }

    init?(_ json: JSONValue, at service: ServiceURL) {
        guard let id = json["id"]?.string, StemlabID.isJob(id), let state = json["state"]?.string.flatMap(State.init),
            let listed = json["stems"]?.array
        else { return nil }
        let stems = listed.compactMap { Stem($0, at: service) }
        guard stems.count == listed.count, Set(stems.map(\.name)).count == stems.count else { return nil }
        (self.id, self.state, self.stems) = (id, state, stems)
        progress = min(100, max(0, json["progress_percent"]?.int ?? 0))
        isSwept = json["swept"]?.bool ?? false
        model = json["model"]?.string.map { Printable($0, limit: 64).description }
        failure = json["failure"].flatMap { failure in
            failure["code"]?.string.map { ($0, failure["detail"]?.string ?? $0) }
        }
    }
}

extension StemlabJob.Stem {
    init?(_ json: JSONValue, at service: ServiceURL) {
        guard let name = json["name"]?.string.flatMap(StemName.init(rawValue:)), let bytes = json["bytes"]?.int,
            bytes >= 0,
            let digest = json["sha256"]?.string.flatMap({ Digest256(hex: $0) }),
            let url = json["url"]?.string.flatMap({ StemlabObject.url($0, of: service) })
        else { return nil }
        self.init(name: name, bytes: bytes, digest: digest, url: url)
    }
}

/// The account's minutes.
struct StemlabMinutes: Hashable, Sendable {
    let available: AudioDuration
    let reserved: AudioDuration
    let spent: AudioDuration
    let spentToday: AudioDuration
    let dayLimit: AudioDuration?
    let dayEnds: WallTime?
    let trackLimit: AudioDuration?
    let uploadLimit: Int64?

    init?(_ json: JSONValue) {
        func minutes(_ value: JSONValue?) -> AudioDuration? { value?.int.map { AudioDuration(milliseconds: $0) } }
        guard let available = minutes(json["available_ms"]), let reserved = minutes(json["reserved_ms"]),
            let spent = minutes(json["spent_ms"]), let today = minutes(json["today"]?["spent_ms"])
        else { return nil }
        (self.available, self.reserved, self.spent, spentToday) = (available, reserved, spent, today)
        dayLimit = minutes(json["today"]?["limit_ms"])
        dayEnds = json["today"]?["resets_at"]?.string.flatMap { WallTime(rfc3339: $0) }
        trackLimit = minutes(json["limits"]?["track_ms"])
        uploadLimit = json["limits"]?["upload_bytes"]?.int
    }

    /// What may be spent now: the balance, or what the day has left of its limit.
    var allowance: Allowance {
        guard let dayLimit, case let left = max(.zero, dayLimit - spentToday), left < available else {
            return Allowance(remaining: available)
        }
        return Allowance(remaining: left, resetsAt: dayEnds)
    }
}

/// The service's names for things, which become part of paths: nothing else is put there.
enum StemlabID {
    static func isUpload(_ text: String) -> Bool { isName(text, "upl_") }
    static func isJob(_ text: String) -> Bool { isName(text, "job_") }

    private static func isName(_ text: String, _ prefix: String) -> Bool {
        let rest = text.utf8.dropFirst(4)
        return text.hasPrefix(prefix) && rest.count == 26
            && rest.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }
}

/// Addresses that the service gives out for bytes.
enum StemlabObject {
    /// `nil` for one that the service has no business to name: plain HTTP, unless it is spoken to in that itself.
    static func url(_ text: String, of service: ServiceURL) -> ServiceURL? {
        do throws(ServiceURL.Rejection) {
            let url = try ServiceURL(text)
            return url.isPlain && !service.isPlain ? nil : url
        } catch { return nil }
    }
}
