// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Audio on its way to the service, or there and not yet separated.
public struct Upload: Codable, Hashable, Sendable {
    /// How far it has come.
    public enum State: String, Codable, CaseIterable, Sendable {
        /// Takes bytes.
        case open
        /// Checked; may be separated.
        case complete
        /// A job has it.
        case used
    }

    public var id: String
    public var state: State
    /// As declared.
    public var bytes: Int64
    /// As declared, in hexadecimal.
    public var sha256: String
    /// Bytes that have arrived.
    public var offset: Int64
    /// While it is open: where the bytes go, by PUT.
    public var url: String?
    public var urlExpiresAt: Timestamp?
    public var createdAt: Timestamp
    /// When it is removed if no job has used it by then.
    public var expiresAt: Timestamp?

    public init(
        id: String, state: State, bytes: Int64, sha256: String, offset: Int64, url: String? = nil,
        urlExpiresAt: Timestamp? = nil, createdAt: Timestamp, expiresAt: Timestamp? = nil
    ) {
        (self.id, self.state, self.bytes, self.sha256, self.offset) = (id, state, bytes, sha256, offset)
        (self.url, self.urlExpiresAt, self.createdAt, self.expiresAt) = (url, urlExpiresAt, createdAt, expiresAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, state, bytes, sha256, offset, url
        case urlExpiresAt = "url_expires_at"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
    }
}

/// Asks for a ticket.
public struct UploadOrder: Codable, Hashable, Sendable {
    public var bytes: Int64
    /// In hexadecimal, lower case.
    public var sha256: String

    public init(bytes: Int64, sha256: String) {
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// Uploads that are still there, newest first.
public struct UploadPage: Codable, Hashable, Sendable {
    public var uploads: [Upload]
    /// The cursor of the page that follows; absent on the last.
    public var next: String?

    public init(uploads: [Upload], next: String?) {
        self.uploads = uploads
        self.next = next
    }
}
