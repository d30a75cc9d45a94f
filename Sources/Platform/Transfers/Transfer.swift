// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CCurl
import Synchronization
import SystemPackage

/// One request on its way through libcurl.
///
/// `@unchecked Sendable`: everything but `cancelled` and `done` is touched by the transfers' thread alone.
final class Transfer: @unchecked Sendable {
    private let request: HTTPRequest
    private let cancelled = CancellationFlag()
    private let done = Mutex<((Result<HTTPAnswer, Failure>) -> Void)?>(nil)

    private var handle: UnsafeMutableRawPointer?
    private var fields: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers = HTTPHeaders()
    private var status = 0
    private var body: [UInt8] = []
    /// The file is written from its first byte.
    private var isWhole = false
    /// Bytes sent and received, as libcurl counts; and when progress was reported last.
    private var moved: (sent: Int64, received: Int64) = (0, 0)
    private var reportedAt: ContinuousClock.Instant?
    /// Why the transfer was stopped: a failure of its source or sink, or a response that is too long.
    private var trouble: Failure?

    init(_ request: HTTPRequest) {
        self.request = request
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { errorText.deallocate() }

    var isCancelled: Bool { cancelled.isSet }
    func cancel() { cancelled.set() }

    func whenDone(_ action: @escaping @Sendable (Result<HTTPAnswer, Failure>) -> Void) {
        done.withLock { $0 = action }
    }

    func end(_ outcome: Result<HTTPAnswer, Failure>) {
        let action = done.withLock { done in
            defer { done = nil }
            return done
        }
        action?(outcome)
    }

    /// A handle with every option set; `nil` after ending the transfer.
    func prepare() -> UnsafeMutableRawPointer? {
        guard !isCancelled, let handle = curl_easy_init() else {
            end(.failure(isCancelled ? Self.stopped : Self.noHandle))
            return nil
        }
        self.handle = handle
        do throws(Failure) {
            try configure(handle)
            return handle
        } catch {
            cleanUp()
            end(.failure(error))
            return nil
        }
    }

    /// Once libcurl is done with it.
    func finish(_ code: CURLcode) {
        var version = 0
        if let handle {
            _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            _ = ccurl_get_long(handle, CURLINFO_HTTP_VERSION, &version)
        }
        let failure = failure(code)
        request.progress?(moved.sent, moved.received)
        cleanUp()
        let answer = HTTPAnswer(
            status: status, headers: headers, body: body, isHTTP2: version == Int(CURL_HTTP_VERSION_2_0))
        end(failure.map { .failure($0) } ?? .success(answer))
    }

    private func cleanUp() {
        if let handle { curl_easy_cleanup(handle) }
        curl_slist_free_all(fields)
        (handle, fields) = (nil, nil)
    }

    private static let stopped = Failure(.jobCancelled, "the transfer was stopped", remedy: .retry(after: nil))
    private static let noHandle = Failure(.systemLimit, "libcurl has no more handles", remedy: .retry(after: nil))
}

// MARK: - Setting

extension Transfer {
    private func configure(_ handle: UnsafeMutableRawPointer) throws(Failure) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let limits = request.limits
        var settings = [
            ccurl_set_string(handle, CURLOPT_URL, request.url.text),
            ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, request.url.isPlain ? "http" : "https"),
            ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
            ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1),
            ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2),
            ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, limits.connect.milliseconds),
            ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, limits.overall?.milliseconds ?? 0),
            ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, limits.stall == nil ? 0 : 1),
            ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, Int(limits.stall?.components.seconds ?? 0)),
            ccurl_set_offset(handle, CURLOPT_MAX_SEND_SPEED_LARGE, curl_off_t(limits.uploadRate ?? 0)),
            ccurl_set_long(handle, CURLOPT_BUFFERSIZE, 256 << 10),
            ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, Self.uploadBuffer(limits.uploadRate)),
            ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText),
            ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context),
            ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context),
            ccurl_set_pointer(handle, CURLOPT_READDATA, context),
            ccurl_set_pointer(handle, CURLOPT_SEEKDATA, context),
            ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context),
            ccurl_set_long(handle, CURLOPT_NOPROGRESS, 0),
            ccurl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { Transfer.of($3).takeHeader($0, $1 * $2) },
            ccurl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { Transfer.of($3).takeBody($0, $1 * $2) },
            ccurl_set_transfer(handle, CURLOPT_READFUNCTION) { Transfer.of($3).giveBody($0, $1 * $2) },
            ccurl_set_seek(handle) { Transfer.of($0).seek($1, $2) },
            ccurl_set_progress(handle) { Transfer.of($0).progressed(received: $2, sent: $4) },
        ]
        // Requests to this machine use no proxy.
        if request.url.isLoopback { settings.append(ccurl_set_string(handle, CURLOPT_PROXY, "")) }
        if let file = request.caFile {
            settings.append(file.withPlatformString { ccurl_set_string(handle, CURLOPT_CAINFO, $0) })
        }
        settings += method(handle)
        try setFields()
        settings.append(ccurl_set_headers(handle, fields))
        guard settings.allSatisfy({ $0 == CURLE_OK }) else {
            throw Failure(
                .systemUnsupported, "this libcurl cannot do what is needed", hint: "7.85 or later is", remedy: .stop)
        }
    }

    /// Bytes. libcurl sends a whole buffer at once and then pauses until the rate allows more. A large buffer at a low
    /// rate looks like a dead connection.
    private static func uploadBuffer(_ rate: Int64?) -> Int {
        let most: Int64 = 512 << 10
        return Int(min(most, max(16 << 10, (rate ?? 2 * most) / 2)))
    }

    private func method(_ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        let verb = ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        switch request.body {
        case .none where request.method == .post:
            return [
                ccurl_set_long(handle, CURLOPT_POST, 1), ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0), verb,
            ]
        case .none: return [verb]
        case .bytes(let bytes, _):
            return [
                ccurl_set_long(handle, CURLOPT_POST, 1),
                ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)),
                bytes.withUnsafeBytes { ccurl_set_post(handle, $0.baseAddress) }, verb,
            ]
        case .upload(let body):
            return [
                ccurl_set_long(handle, CURLOPT_UPLOAD, 1),
                ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.remaining)), verb,
            ]
        }
    }

    private func setFields() throws(Failure) {
        // No `Expect: 100-continue`: a refusal arrives while the body is being sent.
        var lines = ["Expect:"]
        switch request.body {
        case .none: break
        case .bytes(_, let type): lines.append("Content-Type: \(type)")
        case .upload: lines.append("Content-Type: application/octet-stream")
        }
        for field in request.headers { lines.append("\(field.name): \(field.value.reveal())") }
        for line in lines {
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Failure(
                    .configInvalid, "a header field would hold a control character", hint: "look at the token",
                    remedy: .stop)
            }
            guard let longer = curl_slist_append(fields, line) else { throw Self.noHandle }
            fields = longer
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(clamping: max(0, components.seconds) * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}

// MARK: - Called by libcurl

extension Transfer {
    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    }

    private func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let line = UnsafeRawBufferPointer(start: bytes, count: count)
        // The last response counts: others come before it (100, 103).
        if line.starts(with: "HTTP/".utf8) { headers = HTTPHeaders() } else { headers.add(line: line) }
        return count
    }

    private func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let chunk = UnsafeRawBufferPointer(start: bytes, count: count)
        if status == 0, let handle { _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status) }
        do throws(Failure) {
            switch (request.sink, status) {
            case (.file(let file), 206): try file.write(chunk)
            case (.file(let file), 200):
                // The response has the whole content, although the rest was requested.
                if !isWhole { try file.restart() }
                isWhole = true
                try file.write(chunk)
            default:
                guard body.count + count <= request.memoryLimit else {
                    throw Failure(
                        .networkProtocol, "the service answers with more than \(request.memoryLimit) bytes",
                        remedy: .retry(after: nil))
                }
                body.append(contentsOf: chunk)
            }
            return count
        } catch {
            trouble = error
            // Any value other than `count` stops the transfer.
            return count == 0 ? 1 : 0
        }
    }

    private func giveBody(_ bytes: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
        guard case .upload(let body) = request.body else { return 0 }
        do throws(Failure) {
            return try body.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: room))
        } catch {
            trouble = error
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func seek(_ offset: curl_off_t, _ origin: Int32) -> Int32 {
        // libcurl sends again by itself when a kept connection is dead. The sent bytes may have arrived, so only the
        // service knows where to continue.
        guard case .upload(let body) = request.body, offset == 0, origin == 0, body.isUntouched else {
            return CURL_SEEKFUNC_FAIL
        }
        return CURL_SEEKFUNC_OK
    }

    private func progressed(received: curl_off_t, sent: curl_off_t) -> Int32 {
        moved = (Int64(sent), Int64(received))
        if let progress = request.progress {
            // libcurl calls with every piece that it moves.
            let now = ContinuousClock.now
            if reportedAt.map({ now - $0 >= HTTPRequest.progressInterval }) ?? true {
                reportedAt = now
                progress(moved.sent, moved.received)
            }
        }
        return isCancelled ? 1 : 0
    }
}

// MARK: - What went wrong

extension Transfer {
    private func failure(_ code: CURLcode) -> Failure? {
        if let trouble { return trouble }
        if code == CURLE_OK { return nil }
        if isCancelled { return Self.stopped }
        let place = request.url.origin
        var text = String(cString: errorText)
        if text.isEmpty { text = String(cString: curl_easy_strerror(code)) }
        let why = Printable(text, limit: 200)
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR:
            return Failure(.networkUnreachable, "\(place) does not answer: \(why)", remedy: .retry(after: nil))
        case CURLE_OPERATION_TIMEDOUT:
            return Failure(.networkStalled, "\(place) stalls: \(why)", remedy: .retry(after: nil))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR:
            return Failure(
                .networkUntrusted, "\(place) cannot prove who it is: \(why)",
                hint: "check the clock and the address; name a private authority's certificate with ca_file",
                remedy: .stop)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2,
            CURLE_BAD_CONTENT_ENCODING:
            return Failure(.networkProtocol, "\(place) does not answer as agreed: \(why)", remedy: .retry(after: nil))
        case CURLE_OUT_OF_MEMORY:
            return Failure(.systemLimit, "there is no memory for a transfer", remedy: .retry(after: nil))
        default:
            return Failure(
                .networkInterrupted, "the connection to \(place) was cut: \(why)", remedy: .retry(after: nil))
        }
    }
}
