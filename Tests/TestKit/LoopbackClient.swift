// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage

/// A minimal HTTP/1.1 client for a server on loopback, over a real socket, that shows the exact response. Every request
/// has a connection of its own.
public struct LoopbackClient: Sendable {
    public let port: Int
    /// Sent with every request.
    public var headers: [(String, String)] = []

    public init(port: Int) { self.port = port }

    public struct Response: Sendable {
        public let status: Int
        /// Names in lower case.
        public let headers: [String: String]
        public let body: [UInt8]

        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// The connection gives something that is not HTTP, or nothing for ten seconds.
    public struct Trouble: Error {
        public let received: String
        /// The server closed the connection, rather than being silent.
        public let isClosed: Bool
    }

    /// - Parameter path: or a whole URL, whose origin is ignored, since other clients reach the server by another.
    public func ask(
        _ method: String, _ path: String, headers more: [(String, String)] = [], body: [UInt8]? = nil
    ) async throws -> Response {
        var lines = ["\(method) \(Self.target(path)) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
        lines += (headers + more).map { "\($0.0): \($0.1)" }
        if let body { lines.append("Content-Length: \(body.count)") }
        return try await send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
    }

    /// A URL from its path on.
    public static func target(_ url: String) -> String {
        url.hasPrefix("http") ? "/" + (url.split(separator: "/", maxSplits: 2).last ?? "") : url
    }

    /// Sends `bytes` as they are, and returns the response.
    public func send(_ bytes: [UInt8]) async throws -> Response {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            // Blocks: a thread of its own.
            Self.onThread { continuation.resume(with: Result { try Self.exchange(bytes, port) }) }
        }
    }

    fileprivate static func onThread(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        let result = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        precondition(result == 0, "no thread")
        pthread_detach(thread)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Connects and sends `bytes`, but reads nothing: for as long as the connection is held.
    public func holdOpen(sending bytes: [UInt8]) throws -> Connection {
        let connection = Connection(descriptor: try Self.open(port))
        connection.send(bytes)
        return connection
    }

    /// An open connection; closed when it is released.
    public final class Connection: Sendable {
        fileprivate let descriptor: Int32
        fileprivate init(descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }

        /// The bytes up to `end`; fewer when nothing comes for ten seconds or the connection ends.
        public func receive(until end: String) async -> String {
            await withCheckedContinuation { continuation in
                // Blocks: a thread of its own.
                LoopbackClient.onThread { continuation.resume(returning: self.blockingReceive(until: end)) }
            }
        }

        private func blockingReceive(until end: String) -> String {
            var received = ""
            var byte: UInt8 = 0
            while !received.hasSuffix(end), recv(descriptor, &byte, 1, 0) == 1 {
                received.unicodeScalars.append(Unicode.Scalar(byte))
            }
            return received
        }

        /// A server may respond and close before it has read everything: its response still counts.
        public func send(_ bytes: [UInt8]) {
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { break }
                sent += count
            }
        }
    }

    private static func open(_ port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let error = Errno(rawValue: errno)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Sends `bytes`, and waits for the response: blocks.
    static func exchange(_ bytes: [UInt8], _ port: Int) throws -> Response {
        let connection = Connection(descriptor: try open(port))
        connection.send(bytes)
        var received: [UInt8] = []
        var space = [UInt8](repeating: 0, count: 64 << 10)
        var isClosed = false
        while true {
            let count = recv(connection.descriptor, &space, space.count, 0)
            if count <= 0 {
                isClosed = count == 0 || errno == ECONNRESET
                break
            }
            received += space[..<count]
            if parse(received, isOver: false) != nil { break }
        }
        guard let answer = parse(received, isOver: true) else {
            throw Trouble(received: String(decoding: received.prefix(2000), as: UTF8.self), isClosed: isClosed)
        }
        RecordedExchanges.shared?.append(asked: bytes, answer)
        return answer
    }

    /// `nil`: incomplete.
    private static func parse(_ bytes: [UInt8], isOver: Bool) -> Response? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = bytes[..<end.lowerBound].split(separator: 10).map {
            String(decoding: $0.filter { $0 != 13 }, as: UTF8.self)
        }
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = String(parts[1].drop { $0 == " " })
            headers[parts[0].lowercased()] = headers[parts[0].lowercased()].map { "\($0), \(value)" } ?? value
        }
        let rest = Array(bytes[end.upperBound...])
        if headers["transfer-encoding"] == "chunked" {
            guard let body = unchunked(rest) else { return nil }
            return Response(status: status, headers: headers, body: body)
        }
        guard let length = headers["content-length"].flatMap({ Int($0) }) else {
            return isOver || status == 204 ? Response(status: status, headers: headers, body: rest) : nil
        }
        if rest.count < length, !isOver { return nil }
        return Response(status: status, headers: headers, body: Array(rest.prefix(length)))
    }

    private static func unchunked(_ bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) else {
                return nil
            }
            rest = rest[line.upperBound...]
            if size == 0 { return body }
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}
