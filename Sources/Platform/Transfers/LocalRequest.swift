// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
public import SystemPackage

/// One HTTP request over a Unix socket: how the command line asks the daemon.
public struct LocalRequest: Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST" }

    public var method: Method
    /// With its query, percent-encoded.
    public var path: String
    /// Bounds the whole exchange.
    public var timeout: Duration

    public init(_ method: Method, _ path: String, timeout: Duration = .seconds(30)) {
        self.method = method
        self.path = path
        self.timeout = timeout
    }

    public struct Response: Sendable {
        public let status: Int
        public let body: [UInt8]
    }

    /// - Throws: `control.no_daemon` when nobody answers on the socket; `control.forbidden` when this user may not open it; `control.protocol` when what answers is not ours,
    ///   is too slow, or sends more than 1 GiB.
    public func send(to socket: FilePath) async throws(Failure) -> Response {
        try await BlockingPool.shared.run { () throws(Failure) -> Response in try perform(socket) }
    }

    private func perform(_ socket: FilePath) throws(Failure) -> Response {
        guard CurlLibrary.isReady, let handle = curl_easy_init() else {
            throw Failure(.systemLimit, "libcurl could not be started", remedy: .retry(after: nil))
        }
        defer { curl_easy_cleanup(handle) }
        let received = Received()
        let context = Unmanaged.passUnretained(received).toOpaque()
        let milliseconds = timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000
        let settings = [
            socket.withPlatformString { ccurl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, $0) },
            ccurl_set_string(handle, CURLOPT_URL, "http://localhost" + path),
            ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, method.rawValue),
            ccurl_set_string(handle, CURLOPT_PROXY, ""),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(clamping: milliseconds)),
            ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context),
            ccurl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let received = Unmanaged<Received>.fromOpaque(context).takeUnretainedValue()
                guard received.body.count + size * count <= Received.bound else { return 0 }
                received.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
                return size * count
            },
        ]
        if let refused = settings.first(where: { $0 != CURLE_OK }) { throw failure(refused, socket) }
        let outcome = withExtendedLifetime(received) { curl_easy_perform(handle) }
        guard outcome == CURLE_OK else { throw failure(outcome, socket) }
        var status = 0
        _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return Response(status: status, body: received.body)
    }

    private final class Received {
        static let bound = 1 << 30
        var body: [UInt8] = []
    }

    private func failure(_ code: CURLcode, _ socket: FilePath) -> Failure {
        switch code {
        case CURLE_COULDNT_CONNECT where socket.withPlatformString({ access($0, W_OK) }) != 0 && errno == EACCES:
            Failure(
                .controlForbidden,
                "\(Printable(socket)) is closed to this user: whether a daemon runs there cannot be told",
                hint: "ask as the user it runs as; under systemd: sudo -u stemwatch stemwatch …", remedy: .stop)
        case CURLE_COULDNT_CONNECT:
            Failure(
                .controlNoDaemon, "no daemon answers at \(Printable(socket))",
                hint: "start it with: stemwatch run, or: systemctl start stemwatch", remedy: .stop)
        case CURLE_OPERATION_TIMEDOUT:
            Failure(
                .controlBusy, "the daemon at \(Printable(socket)) runs, but has not answered for \(timeout.spoken)",
                hint: "its log may say why; restarting it loses nothing: systemctl restart stemwatch",
                remedy: .retry(after: nil))
        default:
            Failure(
                .controlProtocol,
                "the daemon at \(Printable(socket)) did not answer: \(String(cString: curl_easy_strerror(code)))",
                remedy: .stop)
        }
    }
}
