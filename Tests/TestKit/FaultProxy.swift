// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A proxy between clients and a real server, both on the loopback interface, that fails on request. It passes each
/// request on unchanged, over a connection of its own.
public final class FaultProxy: Sendable {
    public let web: WebDouble
    private let server = Server()

    private final class Server: Sendable {
        let port = Mutex<Int?>(nil)
    }

    public init() {
        let server = server
        web = WebDouble { request in
            guard let port = server.port.withLock({ $0 }) else { return WebDouble.Response(502) }
            return Self.forward(request, to: port)
        }
    }

    /// Passes requests to this server from now on.
    public func lead(to port: Int) { server.port.withLock { $0 = port } }

    private static func forward(_ request: WebDouble.Request, to port: Int) -> WebDouble.Response {
        var lines = ["\(request.method) \(request.target) HTTP/1.1", "Connection: close"]
        lines += request.headers.filter { $0.key != "connection" }.map { "\($0.key): \($0.value)" }
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + request.body
        do {
            guard !request.isCut else {
                // The bytes received so far are sent; the connection closes when it is released.
                _ = try LoopbackClient(port: port).holdOpen(sending: bytes)
                return WebDouble.Response(502)
            }
            let answer = try LoopbackClient.exchange(bytes, port)
            let own: Set = ["connection", "content-length", "transfer-encoding"]
            return WebDouble.Response(
                answer.status, headers: answer.headers.filter { !own.contains($0.key) }.map { ($0.key, $0.value) },
                answer.body)
        } catch {
            return WebDouble.Response(502)
        }
    }
}
