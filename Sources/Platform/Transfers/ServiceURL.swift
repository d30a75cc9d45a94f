// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The address of a service, or of something there: HTTPS, or plain HTTP to this machine itself.
///
/// Prints without its query, which may carry a signature.
public struct ServiceURL: Hashable, Sendable, CustomStringConvertible {
    /// As it is sent.
    public let text: String
    /// `https://stems.example.com:8443`: scheme, host and port as they are written, in lower case.
    public let origin: String
    /// Whether it is this machine: no network carries what is sent there.
    public let isLoopback: Bool
    public let isPlain: Bool
    /// With the slash it begins with; empty at the root. Without the query.
    public let path: String

    public enum Rejection: Error, Hashable, Sendable {
        /// Neither `https://` nor `http://`.
        case scheme
        /// Plain HTTP to another machine.
        case plain
        /// It contains a user name or a password.
        case credentials
        case malformed
    }

    public init(_ text: String) throws(Rejection) {
        let known = ["https://", "http://"]
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else {
            throw .malformed
        }
        guard let scheme = known.first(where: { text.lowercased().hasPrefix($0) }) else { throw .scheme }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        let tail = rest.dropFirst(authority.count)
        if authority.contains("@") { throw .credentials }
        guard !tail.contains("#"), let host = Self.host(of: authority) else { throw .malformed }
        isPlain = scheme == "http://"
        isLoopback = Self.isLoopback(host)
        if isPlain, !isLoopback { throw .plain }
        self.text = text
        origin = scheme + authority.lowercased()
        let path = tail.prefix { $0 != "?" }
        self.path = path == "/" ? "" : String(path)
    }

    public var description: String { origin + path }

    /// Something below this address; `path` begins with a slash.
    public func appending(_ path: String) throws(Rejection) -> ServiceURL {
        let base = self.path.hasSuffix("/") ? String(self.path.dropLast()) : self.path
        return try ServiceURL(origin + base + path)
    }

    /// The host without its port; `nil` when it is not a valid host.
    private static func host(of authority: Substring) -> String? {
        let host: Substring
        let port: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            port = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            port = authority.dropFirst(host.count)
            guard host.utf8.allSatisfy({ isNameByte($0) }) else { return nil }
        }
        if !port.isEmpty {
            guard port.first == ":", let number = UInt16(port.dropFirst()), number > 0 else { return nil }
        }
        return host.isEmpty ? nil : host.lowercased()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_": true
        default: false
        }
    }

    /// Decided by the text alone: what a name resolves to can change.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
