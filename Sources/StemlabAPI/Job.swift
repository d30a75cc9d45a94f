// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// One upload being separated.
public struct Job: Codable, Hashable, Sendable {
    /// Where it stands.
    public enum State: String, Codable, CaseIterable, Sendable {
        case queued, running, succeeded, failed, cancelled

        /// Nothing changes any more.
        public var isOver: Bool { self != .queued && self != .running }
    }

    /// Why it failed.
    public struct Failure: Codable, Hashable, Sendable {
        /// Of the families `audio`, `compute` and `upload`; one that is not known is like the others of its family.
        public var code: String
        public var detail: String

        public init(code: String, detail: String) {
            self.code = code
            self.detail = detail
        }
    }

    public var id: String
    public var state: State
    public var clientReference: String?
    /// Until it is removed.
    public var upload: String?
    /// `wav` or `flac`.
    public var format: String
    /// The stems asked for.
    public var wanted: [String]
    /// What separated it.
    public var model: String?
    public var progressPercent: Int
    /// Reserved when it was made.
    public var reservedMilliseconds: Int64
    /// Once it is over: the audio that was decoded, or 0.
    public var chargedMilliseconds: Int64?
    public var failure: Failure?
    public var createdAt: Timestamp
    public var startedAt: Timestamp?
    public var finishedAt: Timestamp?
    /// Of one that succeeded: when its stems are removed.
    public var expiresAt: Timestamp?
    /// Its stems were there, and have been removed.
    public var swept: Bool?
    public var stems: [Stem]

    public init(
        id: String, state: State, clientReference: String? = nil, upload: String? = nil, format: String,
        wanted: [String], model: String? = nil, progressPercent: Int, reservedMilliseconds: Int64,
        chargedMilliseconds: Int64? = nil, failure: Failure? = nil, createdAt: Timestamp, startedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil, expiresAt: Timestamp? = nil, swept: Bool? = nil, stems: [Stem]
    ) {
        (self.id, self.state, self.clientReference, self.upload) = (id, state, clientReference, upload)
        (self.format, self.wanted, self.model, self.progressPercent) = (format, wanted, model, progressPercent)
        (self.reservedMilliseconds, self.chargedMilliseconds) = (reservedMilliseconds, chargedMilliseconds)
        (self.failure, self.createdAt, self.startedAt, self.finishedAt) = (failure, createdAt, startedAt, finishedAt)
        (self.expiresAt, self.swept, self.stems) = (expiresAt, swept, stems)
    }

    private enum CodingKeys: String, CodingKey {
        case id, state, upload, format, wanted, model, failure, swept, stems
        case clientReference = "client_reference"
        case progressPercent = "progress_percent"
        case reservedMilliseconds = "reserved_ms"
        case chargedMilliseconds = "charged_ms"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case expiresAt = "expires_at"
    }
}

/// One separated part, to be fetched.
public struct Stem: Codable, Hashable, Sendable {
    public var name: String
    public var bytes: Int64
    /// In hexadecimal.
    public var sha256: String
    public var url: String
    /// Read the job again for a fresh one.
    public var urlExpiresAt: Timestamp

    public init(name: String, bytes: Int64, sha256: String, url: String, urlExpiresAt: Timestamp) {
        (self.name, self.bytes, self.sha256, self.url, self.urlExpiresAt) = (name, bytes, sha256, url, urlExpiresAt)
    }

    private enum CodingKeys: String, CodingKey {
        case name, bytes, sha256, url
        case urlExpiresAt = "url_expires_at"
    }
}

/// Asks for a job.
public struct JobOrder: Codable, Hashable, Sendable {
    public var upload: String
    /// At most this much audio: what is reserved.
    public var durationMilliseconds: Int64
    /// `nil`: all there are.
    public var stems: [String]?
    /// `wav` or `flac`; `nil`: `wav`.
    public var format: String?
    /// The client's own name for the job.
    public var clientReference: String?

    public init(
        upload: String, durationMilliseconds: Int64, stems: [String]? = nil, format: String? = nil,
        clientReference: String? = nil
    ) {
        (self.upload, self.durationMilliseconds, self.stems) = (upload, durationMilliseconds, stems)
        (self.format, self.clientReference) = (format, clientReference)
    }

    private enum CodingKeys: String, CodingKey {
        case upload, stems, format
        case durationMilliseconds = "duration_ms"
        case clientReference = "client_reference"
    }
}

/// Jobs of an account, newest first.
public struct JobPage: Codable, Hashable, Sendable {
    public var jobs: [Job]
    /// The cursor of the page that follows; absent on the last.
    public var next: String?

    public init(jobs: [Job], next: String?) {
        self.jobs = jobs
        self.next = next
    }
}
