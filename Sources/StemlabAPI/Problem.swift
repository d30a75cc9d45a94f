// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Why a request was not answered as asked (RFC 9457). Match on ``code``, never on text.
public struct Problem: Codable, Hashable, Sendable {
    /// `urn:stemlab:problem:` and the code.
    public var type: String
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What happened this time. For people.
    public var detail: String
    /// A ``ProblemCode``, or one of a later version.
    public var code: String
    /// Where the request breaks the document: `/body/duration_ms`, `/query/wait`, `/header/Idempotency-Key`.
    public var pointer: String?
    public var neededMilliseconds: Int64?
    public var availableMilliseconds: Int64?
    public var limitMilliseconds: Int64?
    /// In bytes or in pieces.
    public var limit: Int64?
    public var resetsAt: Timestamp?
    /// Bytes of an upload that are there.
    public var offset: Int64?

    public static let mediaType = "application/problem+json"

    public init(_ code: ProblemCode, _ detail: String, pointer: String? = nil) {
        type = "urn:stemlab:problem:" + code.rawValue
        title = code.title
        status = code.status
        self.detail = detail
        self.code = code.rawValue
        self.pointer = pointer
    }

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, pointer, limit, offset
        case neededMilliseconds = "needed_ms"
        case availableMilliseconds = "available_ms"
        case limitMilliseconds = "limit_ms"
        case resetsAt = "resets_at"
    }
}
