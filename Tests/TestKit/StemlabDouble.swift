// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform
import Synchronization

/// A stemlab service that follows docs/stemlab-openapi.yaml as far as the daemon uses it, and records every request
/// that does not.
///
/// It "separates" by returning the upload, once for each stem. A job is queued, then running, then done: one step for
/// each status request.
public final class StemlabDouble: Sendable {
    public static let token = "slm_device_6pV0vGkYt3mJ0b1wq2u9cZ4aN7xRfQeLsDhTgByUoIE"
    public static let email = "ada@example.com"
    public static let password = "correct horse battery"

    public let web: WebDouble
    private let state: Book

    public init() {
        let state = Book()
        self.state = state
        web = WebDouble { request in state.state.withLock { $0.answer(request) } }
        let origin = web.origin
        state.state.withLock { $0.origin = origin }
    }

    public var origin: String { web.origin }

    /// Requests that do not follow the document.
    public var violations: [String] { state.state.withLock { $0.violations } }
    /// Jobs that were made; repeated requests for one job count once.
    public var submissions: Int { state.state.withLock { $0.submissions } }
    /// The charges, in milliseconds of audio, one for each job.
    public var charges: [Int64] { state.state.withLock { $0.charges } }
    /// Jobs and uploads that still exist.
    public var jobs: Int { state.state.withLock { $0.jobs.count } }
    public var uploads: Int { state.state.withLock { $0.uploads.count } }
    /// The complete uploads, in order.
    public var arrived: [[UInt8]] { state.state.withLock { $0.arrived } }
    /// Valid tokens.
    public var tokens: Set<String> { state.state.withLock { $0.tokens } }

    public func grant(_ milliseconds: Int64) { state.state.withLock { $0.available += milliseconds } }
    public func setTokens(_ tokens: Set<String>) { state.state.withLock { $0.tokens = tokens } }
    /// Makes the person approve or refuse the waiting sign-in.
    public func decide(_ approved: Bool) { state.state.withLock { $0.decision = approved } }
    /// The interval at which a program may poll for the person's decision, in seconds.
    public func setInterval(_ seconds: Int64) { state.state.withLock { $0.interval = seconds } }
    /// Makes the next job fail for this reason.
    public func failNext(_ code: String) { state.state.withLock { $0.failures.append(code) } }
    /// Removes the stems of every job, as after two days.
    public func sweepStems() {
        state.state.withLock { state in for id in state.jobs.keys { state.jobs[id]?.isSwept = true } }
    }
    /// Removes every upload that no job uses.
    public func sweepUploads() { state.state.withLock { $0.uploads = $0.uploads.filter { $0.value.job != nil } } }
    /// Refuses all addresses for bytes that were given out so far.
    public func expireAddresses() { state.state.withLock { $0.season += 1 } }

    fileprivate final class Book: Sendable {
        let state = Mutex(State())
    }

    fileprivate struct Upload {
        let id: String
        let bytes: Int
        let sha256: String
        var data: [UInt8] = []
        var isComplete = false
        var job: String?
    }

    fileprivate struct Job {
        let id: String
        let key: String
        let request: [UInt8]
        let reference: String?
        let stems: [String]
        let upload: String
        let duration: Int64
        let data: [UInt8]
        var phase = 0
        var failure: String?
        var isCancelled = false
        var isSwept = false
        var isOver: Bool { phase >= 2 || isCancelled }
    }

    fileprivate struct State {
        var origin = ""
        var violations: [String] = []
        var tokens: Set<String> = [StemlabDouble.token]
        var available: Int64 = 3_600_000
        var reserved: Int64 = 0
        var charges: [Int64] = []
        var uploads: [String: Upload] = [:]
        var jobs: [String: Job] = [:]
        var order: [String] = []
        /// The keys of all jobs ever made.
        var keys: [String: String] = [:]
        var deleted: Set<String> = []
        var submissions = 0
        var arrived: [[UInt8]] = []
        var failures: [String] = []
        var decision: Bool?
        var season = 0
        var interval: Int64 = 5
        var count = 0
        var sessions: Set<String> = []
    }
}

private typealias Request = WebDouble.Request
private typealias Response = WebDouble.Response

extension StemlabDouble.State {
    fileprivate mutating func answer(_ request: Request) -> Response {
        var response = route(request)
        if request.path.hasPrefix("/v1/"), !request.path.hasPrefix("/v1/objects/") {
            response.headers.append(("RateLimit", "\"account\";r=299;t=1, \"address\";r=599;t=1"))
            response.headers.append(("RateLimit-Policy", "\"account\";q=300;w=60, \"address\";q=600;w=60"))
        }
        return response
    }

    private mutating func route(_ request: Request) -> Response {
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.first == "v1" else { return violation(request, "no such path", problem(404, "route.unknown")) }
        if request.headers["expect"] != nil { note(request, "Expect is sent") }
        if request.headers["transfer-encoding"] != nil { note(request, "its length is not given") }
        switch (request.method, Array(parts.dropFirst())) {
        case ("PUT", let path) where path.count == 3 && path[0] == "objects" && path[1] == "uploads":
            return put(request, path[2])
        case ("GET", let path) where path.count == 4 && path[0] == "objects" && path[1] == "stems":
            return stem(request, path[2], path[3])
        case ("POST", ["device", "code"]): return deviceCode(request)
        case ("POST", ["device", "token"]): return deviceToken(request)
        case ("POST", ["sessions"]): return signIn(request)
        default: break
        }
        guard let header = request.headers["authorization"], header.hasPrefix("Bearer ") else {
            return violation(request, "no token", problem(401, "token.missing"))
        }
        let token = String(header.dropFirst(7))
        guard tokens.contains(token) || sessions.contains(token) else {
            var refused = problem(401, "token.invalid")
            refused.headers.append(("WWW-Authenticate", "Bearer realm=\"stemlab\", error=\"invalid_token\""))
            return refused
        }
        switch (request.method, Array(parts.dropFirst())) {
        case ("POST", ["uploads"]): return createUpload(request)
        case ("DELETE", let path) where path.count == 2 && path[0] == "uploads": return deleteUpload(path[1])
        case ("POST", let path) where path.count == 3 && path[0] == "uploads" && path[2] == "complete":
            return complete(request, path[1])
        case ("POST", ["jobs"]): return createJob(request)
        case ("GET", ["jobs"]): return listJobs(request)
        case ("GET", let path) where path.count == 2 && path[0] == "jobs": return readJob(request, path[1])
        case ("DELETE", let path) where path.count == 2 && path[0] == "jobs": return deleteJob(path[1])
        case ("GET", ["minutes"]): return json(200, minutes)
        case ("POST", ["tokens"]) where sessions.contains(token): return createToken(request)
        case ("DELETE", ["sessions", "current"]):
            tokens.remove(token)
            sessions.remove(token)
            return Response(204)
        default: return violation(request, "no such route", problem(404, "route.unknown"))
        }
    }

    // MARK: - Answers

    private mutating func note(_ request: Request, _ what: String) {
        violations.append("\(request.method) \(request.path): \(what)")
    }

    private mutating func violation(_ request: Request, _ what: String, _ response: Response) -> Response {
        note(request, what)
        return response
    }

    private func json(_ status: Int, _ value: JSONValue) -> Response {
        Response(status, headers: [("Content-Type", "application/json")], value.bytes())
    }

    private func problem(_ status: Int, _ code: String, _ more: [String: JSONValue] = [:]) -> Response {
        let document: [String: JSONValue] = [
            "type": .string("urn:stemlab:problem:" + code), "title": "A title", "status": .int(Int64(status)),
            "detail": "what happened", "code": .string(code),
        ]
        return Response(
            status, headers: [("Content-Type", "application/problem+json")],
            JSONValue.object(document.merging(more) { $1 }).bytes())
    }

    private mutating func newID(_ prefix: String) -> String {
        count += 1
        let digits = String(count)
        return prefix + String(repeating: "0", count: 26 - digits.count) + digits
    }

    /// The members of a JSON body that has these, and no others.
    private mutating func members(
        _ request: Request, _ needed: Set<String>, _ optional: Set<String> = []
    ) -> [String: JSONValue]? {
        guard request.headers["content-type"] == "application/json" else {
            note(request, "its type is \(request.headers["content-type"] ?? "not given")")
            return nil
        }
        guard let members = (try? JSONValue(parsing: request.body))?.object else {
            note(request, "its body is no JSON object")
            return nil
        }
        let names = Set(members.keys)
        guard needed.isSubset(of: names), names.subtracting(needed).isSubset(of: optional) else {
            note(request, "its members are \(names.sorted())")
            return nil
        }
        return members
    }

    private var minutes: JSONValue {
        [
            "available_ms": .int(available), "reserved_ms": .int(reserved), "spent_ms": .int(charges.reduce(0, +)),
            "today": ["spent_ms": .int(charges.reduce(reserved, +)), "resets_at": "2030-01-01T00:00:00.000Z"],
            "jobs_under_way": .int(Int64(jobs.values.count { !$0.isOver })),
            "limits": [
                "track_ms": 10_800_000, "upload_bytes": 4_294_967_296, "concurrent_jobs": 10, "open_uploads": 20,
            ],
        ]
    }

    // MARK: - Uploads

    private func document(_ upload: StemlabDouble.Upload) -> JSONValue {
        var document: [String: JSONValue] = [
            "id": .string(upload.id),
            "state": .string(upload.job != nil ? "used" : upload.isComplete ? "complete" : "open"),
            "bytes": .int(Int64(upload.bytes)), "sha256": .string(upload.sha256),
            "offset": .int(Int64(upload.data.count)),
            "created_at": "2026-11-28T12:00:00.000Z",
        ]
        if !upload.isComplete {
            document["url"] = .string(address("uploads/\(upload.id)", size: upload.bytes))
            document["url_expires_at"] = "2026-11-28T13:00:00.000Z"
        }
        return .object(document)
    }

    private func address(_ path: String, size: Int) -> String {
        "\(origin)/v1/objects/\(path)?size=\(size)&expires=1999999999&signature=\(signature(path, size))"
    }

    private func signature(_ path: String, _ size: Int) -> String {
        let digest = SHA256.hash(data: Array("\(path) \(size) \(season)".utf8))
        return String(digest.flatMap { String($0, radix: 16) }.prefix(43))
    }

    private mutating func isSigned(_ request: Request, _ path: String) -> Bool {
        if request.headers["authorization"] != nil { note(request, "a token is sent to a signed address") }
        return request.query("size").flatMap { Int($0) }.map { signature(path, $0) } == request.query("signature")
    }

    private mutating func createUpload(_ request: Request) -> Response {
        guard let members = members(request, ["bytes", "sha256"]), let bytes = members["bytes"]?.int, bytes > 0,
            let digest = members["sha256"]?.string, digest.wholeMatch(of: /[0-9a-f]{64}/) != nil
        else { return violation(request, "malformed", problem(400, "request.malformed")) }
        if let known = uploads.values.first(where: { $0.bytes == Int(bytes) && $0.sha256 == digest && $0.job == nil }) {
            return json(200, document(known))
        }
        let upload = StemlabDouble.Upload(id: newID("upl_"), bytes: Int(bytes), sha256: digest)
        uploads[upload.id] = upload
        return json(201, document(upload))
    }

    private mutating func put(_ request: Request, _ id: String) -> Response {
        guard isSigned(request, "uploads/\(id)") else { return problem(403, "url.expired") }
        guard var upload = uploads[id] else { return problem(404, "resource.unknown") }
        guard !upload.isComplete else { return problem(409, "upload.complete") }
        var first = 0
        let length = Int(request.headers["content-length"] ?? "") ?? -1
        if let range = request.headers["content-range"] {
            guard let match = range.wholeMatch(of: /bytes ([0-9]{1,12})-([0-9]{1,12})\/([0-9]{1,12})/),
                let from = Int(match.1), let last = Int(match.2), let size = Int(match.3), size == upload.bytes,
                last - from + 1 == length
            else { return violation(request, "its range is \(range)", problem(400, "request.malformed")) }
            guard from == upload.data.count else {
                return problem(409, "upload.offset", ["offset": .int(Int64(upload.data.count))])
            }
            first = from
        } else if length != upload.bytes {
            return violation(request, "its length is \(length)", problem(400, "request.malformed"))
        }
        upload.data = Array(upload.data[..<first]) + request.body
        uploads[id] = upload
        return Response(204, headers: [("Upload-Offset", "\(upload.data.count)")])
    }

    private mutating func complete(_ request: Request, _ id: String) -> Response {
        if !request.body.isEmpty { note(request, "it has a body") }
        guard var upload = uploads[id] else { return problem(404, "resource.unknown") }
        guard upload.data.count == upload.bytes else {
            return problem(409, "upload.incomplete", ["offset": .int(Int64(upload.data.count))])
        }
        let digest = SHA256.hash(data: upload.data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard digest == upload.sha256 else {
            uploads[id]?.data = []
            return problem(409, "upload.digest_mismatch")
        }
        if !upload.isComplete { arrived.append(upload.data) }
        upload.isComplete = true
        uploads[id] = upload
        return json(200, document(upload))
    }

    private mutating func deleteUpload(_ id: String) -> Response {
        guard let upload = uploads[id] else { return problem(404, "resource.unknown") }
        guard upload.job == nil else { return problem(409, "upload.used") }
        uploads[id] = nil
        return Response(204)
    }

    // MARK: - Jobs

    private mutating func createJob(_ request: Request) -> Response {
        guard let key = request.headers["idempotency-key"], key.wholeMatch(of: /[A-Za-z0-9._:-]{8,128}/) != nil else {
            return violation(request, "its key", problem(400, "request.malformed"))
        }
        guard
            let members = members(request, ["upload", "duration_ms"], ["stems", "format", "client_reference"]),
            let id = members["upload"]?.string, let duration = members["duration_ms"]?.int, duration >= 1
        else { return violation(request, "malformed", problem(400, "request.malformed")) }
        let reference = members["client_reference"]?.string
        if reference?.wholeMatch(of: /[A-Za-z0-9._:-]{1,64}/) == nil { note(request, "its reference") }
        if let known = keys[key] {
            guard let job = jobs[known] else { return problem(410, "job.deleted") }
            guard job.request == request.body else { return problem(409, "idempotency.conflict") }
            return json(200, document(job))
        }
        guard let upload = uploads[id] else { return problem(404, "upload.unknown") }
        guard upload.job == nil else { return problem(409, "upload.used") }
        guard upload.isComplete else { return problem(409, "upload.incomplete") }
        guard duration <= available else {
            return problem(402, "minutes.exhausted", ["needed_ms": .int(duration), "available_ms": .int(available)])
        }
        let stems = members["stems"]?.array?.compactMap(\.string) ?? ["vocals", "drums", "bass", "other"]
        let job = StemlabDouble.Job(
            id: newID("job_"), key: key, request: request.body, reference: reference, stems: stems, upload: id,
            duration: duration, data: Self.separated(upload.data),
            failure: failures.isEmpty ? nil : failures.removeFirst())
        available -= duration
        reserved += duration
        uploads[id]?.job = job.id
        jobs[job.id] = job
        order.insert(job.id, at: 0)
        keys[key] = job.id
        submissions += 1
        return json(201, document(job))
    }

    /// Other audio of the same length: 16-bit samples, upside down.
    private static func separated(_ song: [UInt8]) -> [UInt8] {
        guard song.count > 44 else { return song }
        return Array(song[..<44]) + song[44...].map { ~$0 }
    }

    private func document(_ job: StemlabDouble.Job) -> JSONValue {
        let isDone = job.phase >= 2 && job.failure == nil
        let state =
            job.isCancelled
            ? "cancelled" : job.phase == 0 ? "queued" : job.phase == 1 ? "running" : isDone ? "succeeded" : "failed"
        var document: [String: JSONValue] = [
            "id": .string(job.id), "state": .string(state), "format": "wav",
            "wanted": .array(job.stems.map { .string($0) }), "progress_percent": .int(job.phase == 1 ? 50 : 100),
            "reserved_ms": .int(job.duration), "created_at": "2026-11-28T12:00:00.000Z", "stems": [],
            "future_member": ["ignore": "me"],
        ]
        if let reference = job.reference { document["client_reference"] = .string(reference) }
        if job.phase >= 2, let failure = job.failure {
            document["failure"] = ["code": .string(failure), "detail": "it could not be"]
        }
        if job.isSwept { document["swept"] = true }
        if isDone, !job.isSwept {
            let digest = SHA256.hash(data: job.data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            document["stems"] = .array(
                job.stems.map { name in
                    [
                        "name": .string(name), "bytes": .int(Int64(job.data.count)), "sha256": .string(digest),
                        "url": .string(address("stems/\(job.id)/\(name)", size: job.data.count)),
                        "url_expires_at": "2026-11-28T13:00:00.000Z",
                    ]
                })
        }
        return .object(document)
    }

    private mutating func readJob(_ request: Request, _ id: String) -> Response {
        if let wait = request.query("wait"), Int(wait).map({ (0...30).contains($0) }) != true {
            note(request, "it waits for \(wait)")
        }
        guard var job = jobs[id] else { return problem(404, "resource.unknown") }
        if !job.isOver, !request.isCut {
            job.phase += 1
            if job.phase == 2 {
                reserved -= job.duration
                if job.failure == nil { charges.append(job.duration) } else { available += job.duration }
            }
            jobs[id] = job
        }
        return json(200, document(job))
    }

    private mutating func listJobs(_ request: Request) -> Response {
        guard let reference = request.query("client_reference") else { return problem(400, "request.malformed") }
        let found = order.compactMap { jobs[$0] }.filter { $0.reference == reference }
        return json(200, ["jobs": .array(found.map(document))])
    }

    private mutating func deleteJob(_ id: String) -> Response {
        guard let job = jobs.removeValue(forKey: id) else { return problem(404, "resource.unknown") }
        if !job.isOver {
            reserved -= job.duration
            available += job.duration
        }
        order.removeAll { $0 == id }
        uploads[job.upload] = nil
        return Response(204)
    }

    private mutating func stem(_ request: Request, _ id: String, _ name: String) -> Response {
        guard isSigned(request, "stems/\(id)/\(name)") else { return problem(403, "url.expired") }
        guard let job = jobs[id], job.stems.contains(name), !job.isSwept else {
            return problem(404, "resource.unknown")
        }
        let whole = Response(200, headers: [("Content-Type", "audio/wav"), ("Accept-Ranges", "bytes")], job.data)
        guard let range = request.headers["range"] else { return whole }
        guard let match = range.wholeMatch(of: /bytes=([0-9]+)-/), let first = Int(match.1) else {
            return violation(request, "its range is \(range)", whole)
        }
        guard first < job.data.count else { return problem(416, "range.unsatisfiable") }
        return Response(
            206,
            headers: [
                ("Content-Type", "audio/wav"),
                ("Content-Range", "bytes \(first)-\(job.data.count - 1)/\(job.data.count)"),
            ],
            Array(job.data[first...]))
    }

    // MARK: - Signing in

    private mutating func form(_ request: Request) -> [String: String] {
        if request.headers["content-type"] != "application/x-www-form-urlencoded" { note(request, "it is no form") }
        var fields: [String: String] = [:]
        for pair in String(decoding: request.body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            fields[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        return fields
    }

    private mutating func deviceCode(_ request: Request) -> Response {
        let fields = form(request)
        guard fields["client_id"] == "stemwatch", fields["scope"] == "jobs%3Aread%20jobs%3Awrite" else {
            return violation(request, "its fields are \(fields)", problem(400, "request.malformed"))
        }
        return json(
            200,
            [
                "device_code": "slm_code_6pV0vGkYt3mJ0b1wq2u9cZ4aN7xRfQeLsDhTgByUoIE", "user_code": "WDJB-MJHT",
                "verification_uri": .string("\(origin)/device"),
                "verification_uri_complete": .string("\(origin)/device?user_code=WDJB-MJHT"), "expires_in": 900,
                "interval": .int(interval),
            ])
    }

    private mutating func deviceToken(_ request: Request) -> Response {
        let fields = form(request)
        guard fields["client_id"] == "stemwatch",
            fields["grant_type"] == "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code",
            fields["device_code"] == "slm_code_6pV0vGkYt3mJ0b1wq2u9cZ4aN7xRfQeLsDhTgByUoIE"
        else { return violation(request, "its fields are \(fields)", problem(400, "request.malformed")) }
        func error(_ error: String, _ code: String) -> Response {
            json(400, ["error": .string(error), "error_description": "words", "code": .string(code)])
        }
        guard let decision else { return error("authorization_pending", "device.pending") }
        guard decision else { return error("access_denied", "device.denied") }
        tokens.insert(StemlabDouble.token)
        return json(
            200,
            ["access_token": .string(StemlabDouble.token), "token_type": "Bearer", "scope": "jobs:read jobs:write"])
    }

    private mutating func signIn(_ request: Request) -> Response {
        guard let members = members(request, ["email", "password"]) else { return problem(400, "request.malformed") }
        guard members["email"]?.string == StemlabDouble.email, members["password"]?.string == StemlabDouble.password
        else {
            return problem(401, "session.refused")
        }
        sessions.insert("slm_session_0123456789abcdef")
        return json(
            201,
            [
                "access_token": "slm_session_0123456789abcdef", "token_type": "Bearer", "expires_in": 900,
                "refresh_token": "slm_refresh_0123456789abcdef", "refresh_expires_at": "2026-12-28T12:00:00.000Z",
            ])
    }

    private mutating func createToken(_ request: Request) -> Response {
        guard let members = members(request, ["name", "scopes"]), members["scopes"] == ["jobs:read", "jobs:write"]
        else {
            return problem(400, "request.malformed")
        }
        let secret = "slm_token_\(newID("tok_"))"
        tokens.insert(secret)
        return json(
            201,
            [
                "secret": .string(secret),
                "token": [
                    "id": .string(newID("tok_")), "kind": "personal", "scopes": ["jobs:read", "jobs:write"],
                    "created_at": "2026-11-28T12:00:00.000Z", "current": false,
                ],
            ])
    }
}
