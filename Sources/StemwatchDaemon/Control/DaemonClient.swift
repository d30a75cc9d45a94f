// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Asks the running daemon over its socket.
struct DaemonClient {
    private let socket: FilePath

    init(_ configuration: Configuration) { socket = ControlSocket.path(in: configuration.stateDirectory) }

    func get(_ path: String) async throws(Failure) -> JSONValue { try await send(LocalRequest(.get, path)) }
    func post(_ path: String) async throws(Failure) -> JSONValue { try await send(LocalRequest(.post, path)) }

    private func send(_ request: LocalRequest) async throws(Failure) -> JSONValue {
        let response: LocalRequest.Response
        switch await request.send(to: socket) {
        case .success(let came): response = came
        case .failure(let problem): throw failure(problem, after: request.timeout)
        }
        guard let answer = try? JSONValue(parsing: response.body) else {
            // Why it is not JSON matters to nobody: it is not our daemon.
            throw Failure(
                .controlProtocol,
                "what answers at \(Printable(socket)) is no stemwatch daemon (status \(response.status))", remedy: .stop
            )
        }
        guard response.status == 200 else { throw ControlProblem.failure(answer) }
        return answer
    }

    private func failure(_ problem: LocalRequest.Problem, after timeout: Duration) -> Failure {
        let place = Printable(socket)
        return switch problem {
        case .forbidden:
            Failure(
                .controlForbidden, "\(place) is closed to this user: whether a daemon runs there cannot be told",
                hint: "ask as the user it runs as; under systemd: sudo -u stemwatch stemwatch …", remedy: .stop)
        case .noListener:
            Failure(
                .controlNoDaemon, "no daemon answers at \(place)",
                hint: "start it with: stemwatch run, or: systemctl start stemwatch", remedy: .stop)
        case .timedOut:
            Failure(
                .controlBusy, "the daemon at \(place) runs, but has not answered for \(timeout.spoken)",
                hint: "its log may say why; restarting it loses nothing: systemctl restart stemwatch",
                remedy: .retry(after: nil))
        case .failed(let why):
            Failure(.controlProtocol, "the daemon at \(place) did not answer: \(why)", remedy: .stop)
        }
    }
}
