// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
public import SystemPackage

/// One HTTP request over a Unix socket.
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

    /// Why there is no response.
    public enum Problem: Error, Hashable, Sendable {
        /// This user may not open the socket.
        case forbidden
        /// Nothing listens there.
        case noListener
        /// There is no response yet, though ``timeout`` is over.
        case timedOut
        /// The server breaks the protocol or sends more than 1 GiB. Holds libcurl's message.
        case failed(String)
    }

    public func send(to socket: FilePath) async -> Result<Response, Problem> {
        do throws(Failure) {
            return try await BlockingPool.shared.run { perform(socket) }
        } catch {
            return .failure(.failed(error.message))
        }
    }

    private func perform(_ socket: FilePath) -> Result<Response, Problem> {
        guard CurlLibrary.isReady, let handle = curl_easy_init() else {
            return .failure(.failed("libcurl could not be started"))
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
        if let refused = settings.first(where: { $0 != CURLE_OK }) { return .failure(problem(refused, socket)) }
        let outcome = withExtendedLifetime(received) { curl_easy_perform(handle) }
        guard outcome == CURLE_OK else { return .failure(problem(outcome, socket)) }
        var status = 0
        _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return .success(Response(status: status, body: received.body))
    }

    private final class Received {
        static let bound = 1 << 30
        var body: [UInt8] = []
    }

    private func problem(_ code: CURLcode, _ socket: FilePath) -> Problem {
        switch code {
        case CURLE_COULDNT_CONNECT where socket.withPlatformString({ access($0, W_OK) }) != 0 && errno == EACCES:
            .forbidden
        case CURLE_COULDNT_CONNECT: .noListener
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        default: .failed(String(cString: curl_easy_strerror(code)))
        }
    }
}
