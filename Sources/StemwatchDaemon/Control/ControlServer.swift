// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Platform
import SystemPackage

/// Answers the command line on a Unix socket that only the daemon's user can open.
struct ControlServer: Sendable {
    let engine: Engine
    let station: SettlingMonitor
    let rescan: @Sendable (FolderName?) -> Void
    let stateDirectory: FilePath
    let log: Logger

    /// Runs until cancelled. Without a socket the daemon's work goes on; only it cannot be asked.
    func run() async {
        let socket = ControlSocket.path(in: stateDirectory)
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
        router.get("v1/status") { _, _ in await reply { await engine.status(pending: station.pendingCount) } }
        router.get("v1/jobs") { request, _ in
            await reply { () throws(Failure) in await engine.reports.jobs(try JobFilter(request.uri.query)) }
        }
        router.get("v1/jobs/:job") { _, context in
            await reply { () throws(Failure) in
                let id = try job(context)
                return try await HistoryReport.json(engine.reports.job(id), id, in: stateDirectory)
            }
        }
        router.get("v1/why") { request, _ in await reply { () throws(Failure) in try await why(request.uri.query) } }
        router.get("v1/limits") { _, _ in await reply { await engine.limits() } }
        router.post("v1/jobs/:job/retry") { _, context in
            await reply { () throws(Failure) in try await JobSummary.json(engine.retry(job(context))) }
        }
        router.post("v1/jobs/:job/cancel") { _, context in
            await reply { () throws(Failure) in try await JobSummary.json(engine.cancel(job(context))) }
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
                return ["resumed": .int(Int64(try await engine.recheck(backend, available: available)))]
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
            throw Failure(.controlProtocol, "'\(Printable(text))' is no number of milliseconds", remedy: .reject)
        }
        return (backend, AudioDuration(milliseconds: milliseconds))
    }

    private func why(_ query: String?) async throws(Failure) -> JSONValue {
        guard let bytes = QueryText(query).bytes("path"), case let path = FilePath(bytes: bytes), path.isAbsolute else {
            throw Failure(.controlProtocol, "the question names no absolute path", remedy: .reject)
        }
        let configuration = await engine.configuration
        guard case .watched(let key) = PathLocation(path, configuration) else {
            return await WhyReport(isRunning: true).json(path, configuration)
        }
        let book = await engine.book
        let job = book.job(at: key)
        return await WhyReport(
            job: job, history: try HistoryReport.json(of: key, in: stateDirectory), pending: station.pending(key),
            folders: book.folders, trouble: engine.folders[key.folder]?.trouble(at: key),
            isInHand: engine.isInHand(job), activity: engine.activity(of: job), owner: engine.owner(ofTwin: job),
            isRunning: true
        ).json(path, configuration)
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
            return ["done": true]
        }
    }

    private func reply(_ answer: () async throws(Failure) -> JSONValue) async -> Response {
        do throws(Failure) {
            return Self.response(.ok, try await answer())
        } catch {
            return Self.response(.init(code: ControlProblem.status(error)), ControlProblem.json(error))
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ body: JSONValue) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: body.bytes())))
    }
}
