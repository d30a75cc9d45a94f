// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Platform
import SystemPackage

/// What the control socket needs of whoever decides: what is known, and a few orders. An order is durable when it
/// returns.
protocol ControlledEngine: Sendable {
    func snapshot() async -> EngineSnapshot
    func retry(_ job: JobID) async throws(Failure) -> Job
    func cancel(_ job: JobID) async throws(Failure) -> Job
    func pause(_ folder: FolderName?) async throws(Failure)
    func resume(_ folder: FolderName?) async throws(Failure)
    /// - Throws: `folder.unknown`.
    func check(_ folder: FolderName?) async throws(Failure)
    func recheck(_ backend: BackendName, available: AudioDuration?) async throws(Failure) -> Int
}

extension Engine: ControlledEngine {}

/// Answers the command line on a Unix socket that only the daemon's user can open.
struct ControlServer: Sendable {
    let engine: any ControlledEngine
    let station: SettlingMonitor
    let rescan: @Sendable (FolderName?) -> Void
    let stateDirectory: FilePath
    let log: Logger

    /// Runs until cancelled. Without a socket the daemon's work goes on; only it cannot be asked.
    func run() async {
        let socket = ControlClient.socket(in: stateDirectory)
        do throws(Failure) {
            try await BlockingPool.shared.run { () throws(Failure) in try LocalSocket.clear(socket) }
        } catch {
            log.error("\(error.message)", metadata: ["code": "\(error.code.rawValue)"])
            return await Wakeup().wait()
        }
        var quiet = log
        // Being cancelled is an error to it; what keeps it from serving is thrown.
        quiet.logLevel = .critical
        let application = Application(
            router: router(), configuration: .init(address: .unixDomainSocket(path: socket.string), serverName: nil),
            onServerRunning: { _ in restrict(socket) }, logger: quiet)
        do {
            try await application.run()
        } catch {
            log.error(
                "the control socket cannot be served: \(Printable("\(error)"))",
                metadata: ["socket": "\(Printable(socket))"])
            await Wakeup().wait()
        }
    }

    /// The state directory is closed to others already; the socket is as well.
    private func restrict(_ socket: FilePath) {
        do throws(Failure) {
            try LocalSocket.restrict(socket)
        } catch {
            log.error("\(error.message)", metadata: ["code": "\(error.code.rawValue)"])
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("v1/status") { _, _ in
            await reply { await StatusReport(engine.snapshot(), settling: station.pendingCount) }
        }
        router.get("v1/jobs") { request, _ in
            await reply { () throws(Failure) in
                let filter = try JobFilter(request.uri.query)
                return await engine.snapshot().jobs(filter)
            }
        }
        router.get("v1/jobs/:job") { _, context in
            await reply { () throws(Failure) in try await engine.snapshot().job(job(context)) }
        }
        router.get("v1/why") { request, _ in
            await reply { () throws(Failure) in
                try await PathReport(path(request.uri.query), engine.snapshot()) { await station.pending($0) }
            }
        }
        router.get("v1/limits") { _, _ in await reply { await engine.snapshot().limits() } }
        router.post("v1/jobs/:job/retry") { _, context in
            await reply { () throws(Failure) in JobSummary(try await engine.retry(job(context))) }
        }
        router.post("v1/jobs/:job/cancel") { _, context in
            await reply { () throws(Failure) in JobSummary(try await engine.cancel(job(context))) }
        }
        router.post("v1/pause") { request, _ in
            await order(request) { (folder) throws(Failure) in try await engine.pause(folder) }
        }
        router.post("v1/resume") { request, _ in
            await order(request) { (folder) throws(Failure) in try await engine.resume(folder) }
        }
        router.post("v1/rescan") { request, _ in
            await order(request) { (folder) throws(Failure) in
                try await engine.check(folder)
                rescan(folder)
            }
        }
        router.post("v1/recheck") { request, _ in
            await reply { () throws(Failure) in
                let (backend, available) = try account(QueryText(request.uri.query))
                return Resumed(resumed: try await engine.recheck(backend, available: available))
            }
        }
        return router
    }

    private func account(_ query: QueryText) throws(Failure) -> (BackendName, AudioDuration?) {
        guard let name = query.texts("backend").first else {
            throw Failure(.controlProtocol, "the order names no backend", remedy: .reject)
        }
        let backend = BackendName(rawValue: name)
        guard let text = query.texts("available_ms").first else { return (backend, nil) }
        guard let milliseconds = Int64(text) else {
            throw Failure(.controlProtocol, "'\(Printable(text))' is not a number of milliseconds", remedy: .reject)
        }
        return (backend, AudioDuration(milliseconds: milliseconds))
    }

    private func path(_ query: String?) throws(Failure) -> FilePath {
        if let bytes = QueryText(query).bytes("path"), case let path = FilePath(bytes: bytes), path.isAbsolute {
            return path
        }
        throw Failure(.controlProtocol, "the question names no absolute path", remedy: .reject)
    }

    private func job(_ context: BasicRequestContext) throws(Failure) -> JobID {
        let name = context.parameters.get("job") ?? ""
        if let id = JobID(rawValue: name) { return id }
        throw Failure(.jobUnknown, "'\(Printable(name))' is not the name of a job", remedy: .reject)
    }

    private func order(_ request: Request, _ act: (FolderName?) async throws(Failure) -> Void) async -> Response {
        await reply { () throws(Failure) in
            let folder = QueryText(request.uri.query).bytes("folder").map {
                FolderName(rawValue: String(decoding: $0, as: UTF8.self))
            }
            try await act(folder)
            return Done()
        }
    }

    private func reply(_ answer: () async throws(Failure) -> some Encodable) async -> Response {
        do throws(Failure) {
            return Self.response(.ok, try await answer())
        } catch {
            let report = FailureReport(error)
            return Self.response(.init(code: report.status), report)
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ body: some Encodable) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONValue(encoding: body).bytes())))
    }
}
