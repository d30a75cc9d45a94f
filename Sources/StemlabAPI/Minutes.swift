// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What an account has, and may.
public struct Minutes: Codable, Hashable, Sendable {
    /// The day in UTC.
    public struct Today: Codable, Hashable, Sendable {
        /// Reserved or charged for jobs made today.
        public var spentMilliseconds: Int64
        public var limitMilliseconds: Int64?
        public var resetsAt: Timestamp

        public init(spentMilliseconds: Int64, limitMilliseconds: Int64?, resetsAt: Timestamp) {
            (self.spentMilliseconds, self.limitMilliseconds) = (spentMilliseconds, limitMilliseconds)
            self.resetsAt = resetsAt
        }

        private enum CodingKeys: String, CodingKey {
            case spentMilliseconds = "spent_ms"
            case limitMilliseconds = "limit_ms"
            case resetsAt = "resets_at"
        }
    }

    /// The balance: granted, less reserved, less spent.
    public var availableMilliseconds: Int64
    public var reservedMilliseconds: Int64
    public var spentMilliseconds: Int64
    public var today: Today
    public var jobsUnderWay: Int
    public var limits: Limits

    public init(
        availableMilliseconds: Int64, reservedMilliseconds: Int64, spentMilliseconds: Int64, today: Today,
        jobsUnderWay: Int, limits: Limits
    ) {
        (self.availableMilliseconds, self.reservedMilliseconds) = (availableMilliseconds, reservedMilliseconds)
        (self.spentMilliseconds, self.today, self.jobsUnderWay) = (spentMilliseconds, today, jobsUnderWay)
        self.limits = limits
    }

    private enum CodingKeys: String, CodingKey {
        case today, limits
        case availableMilliseconds = "available_ms"
        case reservedMilliseconds = "reserved_ms"
        case spentMilliseconds = "spent_ms"
        case jobsUnderWay = "jobs_under_way"
    }
}

/// What an account may have at once.
public struct Limits: Codable, Hashable, Sendable {
    public var trackMilliseconds: Int64
    public var uploadBytes: Int64
    /// Queued and running.
    public var concurrentJobs: Int
    /// Not used by a job yet.
    public var openUploads: Int
    /// `nil`: no limit.
    public var dayMilliseconds: Int64?

    public init(
        trackMilliseconds: Int64, uploadBytes: Int64, concurrentJobs: Int, openUploads: Int, dayMilliseconds: Int64?
    ) {
        (self.trackMilliseconds, self.uploadBytes) = (trackMilliseconds, uploadBytes)
        (self.concurrentJobs, self.openUploads, self.dayMilliseconds) = (concurrentJobs, openUploads, dayMilliseconds)
    }

    private enum CodingKeys: String, CodingKey {
        case trackMilliseconds = "track_ms"
        case uploadBytes = "upload_bytes"
        case concurrentJobs = "concurrent_jobs"
        case openUploads = "open_uploads"
        case dayMilliseconds = "day_ms"
    }
}

/// A movement of minutes.
public struct MinuteEntry: Codable, Hashable, Sendable {
    public var id: Int64
    /// `grant`, `reserve`, `charge` or `refund`.
    public var kind: String
    /// Negative: a grant taken back.
    public var amountMilliseconds: Int64
    public var job: String?
    public var note: String?
    public var at: Timestamp

    public init(id: Int64, kind: String, amountMilliseconds: Int64, job: String?, note: String?, at: Timestamp) {
        (self.id, self.kind, self.amountMilliseconds, self.job, self.note) = (id, kind, amountMilliseconds, job, note)
        self.at = at
    }

    private enum CodingKeys: String, CodingKey {
        case id, kind, job, note, at
        case amountMilliseconds = "amount_ms"
    }
}

/// Movements of an account's minutes, newest first.
public struct MinuteStatementPage: Codable, Hashable, Sendable {
    public var entries: [MinuteEntry]
    /// The cursor of the page that follows; absent on the last.
    public var next: String?

    public init(entries: [MinuteEntry], next: String?) {
        self.entries = entries
        self.next = next
    }
}
