// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A web server on the loopback interface that a test controls byte by byte. It responds, and fails on request.
public final class WebDouble: Sendable {
    public struct Request: Sendable {
        public var method: String
        /// With its query.
        public var target: String
        /// By lower-case name.
        public var headers: [String: String]
        public var body: [UInt8]
        /// The connection was cut before the whole body arrived: no client gets the response.
        public var isCut = false
        /// Without the query.
        public var path: String { String(target.prefix { $0 != "?" }) }
        /// `name=value` of the query, not decoded.
        public func query(_ name: String) -> String? {
            target.split(separator: "?", maxSplits: 1).dropFirst().first?.split(separator: "&")
                .first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    public struct Response: Sendable {
        public var status: Int
        public var headers: [(String, String)]
        public var body: [UInt8]
        public init(_ status: Int, headers: [(String, String)] = [], _ body: [UInt8] = []) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    /// A fault of one request.
    public enum Fault: Sendable {
        /// The connection is reset, and no other is taken before ``WebDouble/listenAgain()``; nothing is handled.
        case refuse
        /// The connection is reset once the head of the request has come; nothing is handled.
        case reset
        /// This many bytes of the body are taken, and handled as cut; then the connection is reset.
        case cut(afterBody: Int)
        /// Nothing is handled or answered until the client goes away.
        case stall
        /// It is handled once the client has gone away, and not before.
        case late
        /// It is handled, and the answer's body comes a byte at a time.
        case dribble
        /// It is handled, and the answer stops after so many bytes of its body, or does not begin where it has none,
        /// with the connection left open.
        case stallAnswer(afterBody: Int)
        /// It is handled; of the answer's body only so many bytes come before the connection ends.
        case truncate(afterBody: Int)
        /// It is handled; the last byte of the answer's body is another.
        case corrupt
        /// The last byte of the request's body is another when it arrives.
        case corruptRequest
        /// It is handled, and the connection reset in place of the answer.
        case loseAnswer
        /// This is answered, and nothing handled.
        case answer(Response)
    }

    private let core: Core
    /// The requests in the order they came, those with faults included.
    public var requests: [Request] { core.state.withLock { $0.requests } }
    /// A line for each of them, as it comes: `POST /v1/jobs`.
    public var log: LineLog { core.log }
    /// Connections that were taken.
    public var connections: Int { core.state.withLock { $0.accepted } }
    public var port: UInt16 { core.port }
    public var origin: String { "http://127.0.0.1:\(port)" }

    public init(_ handle: @escaping @Sendable (Request) -> Response) {
        core = Core(handle)
        core.listen()
    }

    deinit { core.close() }

    /// Makes the next `times` requests that match fail.
    public func plan(_ fault: Fault, times: Int = 1, when fits: @escaping @Sendable (Request) -> Bool = { _ in true }) {
        core.state.withLock { $0.plans.append(Plan(fault: fault, left: times, fits: fits)) }
    }

    /// Whether every fault that was planned has happened.
    public var isThrough: Bool { core.state.withLock { $0.plans.isEmpty } }

    /// Refuses connections from here on, and ends those there are.
    public func refuse() { core.close() }

    /// Takes connections again, on the same port.
    public func listenAgain() { core.listen() }

    fileprivate struct Plan: Sendable {
        let fault: Fault
        var left: Int
        let fits: @Sendable (Request) -> Bool
    }
}

/// What the threads of the server share; it ends them, so they do not keep the server itself.
private final class Core: Sendable {
    struct State: Sendable {
        var listener: Int32 = -1
        var open: Set<Int32> = []
        var accepted = 0
        var requests: [WebDouble.Request] = []
        var plans: [WebDouble.Plan] = []
    }
    /// Reserved while no connections are taken.
    private let reserved = LoopbackPort()
    let state = Mutex(State())
    let log = LineLog()
    private let handle: @Sendable (WebDouble.Request) -> WebDouble.Response

    init(_ handle: @escaping @Sendable (WebDouble.Request) -> WebDouble.Response) { self.handle = handle }

    var port: UInt16 { reserved.number }

    func listen() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(
            bound == 0 && Glibc.listen(listener, 64) == 0, "port \(port) cannot be listened on: errno \(errno)")
        state.withLock { $0.listener = listener }
        onThread { self.accept(from: listener) }
    }

    func close() {
        state.withLock { state in
            if state.listener >= 0 { shutdown(state.listener, Int32(SHUT_RDWR)) }
            for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
            state.listener = -1
        }
    }

    /// Not by way of a task: tests may keep every thread of those busy for seconds.
    private func onThread(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let begun = pthread_create(
            &thread, nil,
            { box in
                Unmanaged<Box>.fromOpaque(box!).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        precondition(begun == 0, "no thread for a server")
        pthread_detach(thread)
    }

    private func accept(from listener: Int32) {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 {
                if errno == EINTR { continue }
                break
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            var yes: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
            let isWanted = state.withLock { state in
                guard state.listener == listener else { return false }
                state.accepted += 1
                state.open.insert(connection)
                return true
            }
            guard isWanted else {
                Glibc.close(connection)
                continue
            }
            onThread { self.serve(Connection(connection)) }
        }
        Glibc.close(listener)
    }

    private func serve(_ connection: Connection) {
        while let head = connection.head(), answer(head, on: connection) {}
        state.withLock { _ = $0.open.remove(connection.descriptor) }
        connection.close()
    }

    /// - Returns: whether the connection goes on.
    private func answer(_ head: WebDouble.Request, on connection: Connection) -> Bool {
        var request = head
        let length = Int(head.headers["content-length"] ?? "0") ?? 0
        let fault: WebDouble.Fault? = state.withLock { state in
            guard let index = state.plans.firstIndex(where: { $0.fits(head) }) else { return nil }
            let fault = state.plans[index].fault
            state.plans[index].left -= 1
            if state.plans[index].left <= 0 { state.plans.remove(at: index) }
            return fault
        }
        func record() {
            state.withLock { $0.requests.append(request) }
            log.append("\(request.method) \(request.path)")
        }
        switch fault {
        case .refuse:
            record()
            connection.reset()
            close()
            return false
        case .reset:
            record()
            connection.reset()
            return false
        case .cut(let count):
            request.body = connection.bytes(min(count, length)) ?? []
            request.isCut = true
            record()
            _ = handle(request)
            connection.reset()
            return false
        case .stall:
            record()
            connection.waitForEnd()
            return false
        default: break
        }
        guard let body = connection.bytes(length) else { return false }
        request.body = body
        if case .corruptRequest = fault, !body.isEmpty { request.body[body.count - 1] ^= 0xFF }
        record()
        if case .answer(let response) = fault { return connection.send(response) }
        if case .late = fault {
            connection.waitForEnd()
            _ = handle(request)
            return false
        }
        var response = handle(request)
        switch fault {
        case .loseAnswer:
            connection.reset()
            return false
        case .corrupt where !response.body.isEmpty: response.body[response.body.count - 1] ^= 0xFF
        case .dribble: return connection.send(response, piece: 1)
        case .truncate(let count):
            _ = connection.send(response, only: count)
            return false
        case .stallAnswer(let count):
            // An answer without a body would be whole with its head.
            if !response.body.isEmpty { _ = connection.send(response, only: count) }
            connection.waitForEnd()
            return false
        default: break
        }
        return connection.send(response)
    }
}

/// One connection, served by one thread.
private final class Connection: @unchecked Sendable {
    let descriptor: Int32
    private var buffered: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func close() { Glibc.close(descriptor) }

    /// Ends the connection as a crash of the other machine would.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    func waitForEnd() {
        while fill() { buffered = [] }
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffered += chunk[..<count]
        return true
    }

    func bytes(_ count: Int) -> [UInt8]? {
        while buffered.count < count { guard fill() else { return nil } }
        defer { buffered.removeFirst(count) }
        return Array(buffered[..<count])
    }

    func head() -> WebDouble.Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffered.firstRange(of: end) {
                let text = String(decoding: buffered[..<range.lowerBound], as: UTF8.self)
                buffered.removeSubrange(..<range.upperBound)
                return parse(text)
            }
            guard buffered.count < 64 << 10, fill() else { return nil }
        }
    }

    private func parse(_ text: String) -> WebDouble.Request? {
        let lines = text.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        return WebDouble.Request(method: String(words[0]), target: String(words[1]), headers: headers, body: [])
    }

    /// - Parameters:
    ///   - limit: bytes of the body that are sent, whatever its declared length.
    ///   - piece: bytes that are sent together.
    func send(_ response: WebDouble.Response, only limit: Int = .max, piece: Int = .max) -> Bool {
        var head = "HTTP/1.1 \(response.status) Word\r\n"
        for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
        if response.status != 204 { head += "Content-Length: \(response.body.count)\r\n" }
        guard write(Array((head + "\r\n").utf8)) else { return false }
        var rest = response.body.prefix(limit)
        while !rest.isEmpty {
            guard write(Array(rest.prefix(piece))) else { return false }
            rest = rest.dropFirst(piece)
        }
        return true
    }

    private func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
