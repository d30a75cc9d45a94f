// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio
import FoundationEssentials
package import Platform
package import SystemPackage

/// What can be asked of a daemon, and what it can be ordered to do. Where none runs, questions are answered from the
/// ledger alone, and orders fail with `control.no_daemon`.
package struct ControlClient: Sendable {
    private let configuration: Configuration

    package init(_ configuration: Configuration) { self.configuration = configuration }

    /// Where the daemon is asked.
    static func socket(in stateDirectory: FilePath) -> FilePath { stateDirectory.appending("control.sock") }

    // Questions

    package func status() async throws(Failure) -> StatusReport {
        try await ask("/v1/status") { StatusReport($0, settling: nil) }
    }

    package func jobs(_ filter: JobFilter) async throws(Failure) -> [JobSummary] {
        try await ask("/v1/jobs" + filter.query) { $0.jobs(filter) }
    }

    /// One job with everything that happened to it.
    /// - Throws: `job.unknown`.
    package func job(_ id: JobID) async throws(Failure) -> JobSummary {
        try await ask("/v1/jobs/\(id)") { (snapshot) throws(Failure) in try await snapshot.job(id) }
    }

    /// The whole life of a file, named by its absolute path.
    package func why(_ path: FilePath) async throws(Failure) -> PathReport {
        try await ask("/v1/why?path=" + PercentCoding.encode(path.bytes)) { (snapshot) throws(Failure) in
            try await PathReport(path, snapshot) { _ in nil }
        }
    }

    package func limits() async throws(Failure) -> [LimitReport] { try await ask("/v1/limits") { $0.limits() } }

    // Orders

    package func retry(_ job: JobID) async throws(Failure) -> JobSummary { try await order("/v1/jobs/\(job)/retry") }
    package func cancel(_ job: JobID) async throws(Failure) -> JobSummary { try await order("/v1/jobs/\(job)/cancel") }
    package func pause(_ folder: FolderName?) async throws(Failure) -> Done { try await order("/v1/pause", folder) }
    package func resume(_ folder: FolderName?) async throws(Failure) -> Done { try await order("/v1/resume", folder) }
    package func rescan(_ folder: FolderName?) async throws(Failure) -> Done { try await order("/v1/rescan", folder) }

    /// The account of a backend works, and has so many minutes (`nil`: not known): jobs that wait for that go on.
    package func recheck(_ backend: BackendName, available: AudioDuration?) async throws(Failure) -> Resumed {
        try await order(
            "/v1/recheck?backend=" + PercentCoding.encode(backend.rawValue.utf8)
                + (available.map { "&available_ms=\($0.milliseconds)" } ?? ""))
    }

    private func ask<Answer: Decodable>(
        _ path: String, withoutDaemon answer: (EngineSnapshot) async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        do throws(Failure) {
            return try await send(LocalRequest(.get, path))
        } catch  where error.code == .controlNoDaemon {
            return try await answer(EngineSnapshot(ledgerOf: configuration))
        }
    }

    private func order<Answer: Decodable>(_ path: String, _ folder: FolderName? = nil) async throws(Failure) -> Answer {
        let query = folder.map { "?folder=" + PercentCoding.encode($0.rawValue.utf8) } ?? ""
        return try await send(LocalRequest(.post, path + query))
    }

    private func send<Answer: Decodable>(_ request: LocalRequest) async throws(Failure) -> Answer {
        let socket = Self.socket(in: configuration.stateDirectory)
        let response: LocalRequest.Response
        switch await request.send(to: socket) {
        case .success(let came): response = came
        case .failure(let problem): throw Self.failure(problem, at: Printable(socket), after: request.timeout)
        }
        func answer<T: Decodable>() throws(Failure) -> T {
            do { return try JSONDecoder().decode(T.self, from: Data(response.body)) } catch {
                throw Failure(
                    .controlProtocol,
                    "\(Printable(socket)) is answered by a program that is not this stemwatch "
                        + "(status \(response.status))",
                    hint: "after an upgrade, restart the daemon: systemctl restart stemwatch", remedy: .stop)
            }
        }
        guard response.status == 200 else { throw (try answer() as FailureReport).failure }
        return try answer()
    }

    private static func failure(
        _ problem: LocalRequest.Problem, at socket: Printable, after timeout: Duration
    ) -> Failure {
        switch problem {
        case .forbidden:
            Failure(
                .controlForbidden,
                "\(socket) is closed to this user, so it is not known whether a daemon is running there",
                hint: "ask as the user it runs as; under systemd: sudo -u stemwatch stemwatch …", remedy: .stop)
        case .noListener:
            Failure(
                .controlNoDaemon, "no daemon answers at \(socket)",
                hint: "start it with: stemwatch run, or: systemctl start stemwatch", remedy: .stop)
        case .timedOut:
            Failure(
                .controlBusy, "the daemon at \(socket) is running, but has not answered for \(timeout.spoken)",
                hint: "its log may say why; restarting it loses nothing: systemctl restart stemwatch",
                remedy: .retry(after: nil))
        case .failed(let why):
            Failure(.controlProtocol, "the daemon at \(socket) did not answer: \(why)", remedy: .stop)
        }
    }
}

/// The answer to an order that has nothing else to say.
package struct Done: Codable, Sendable { var done = true }

/// How many jobs go on.
package struct Resumed: Codable, Sendable { package let resumed: Int }
