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
        let response = try await request.send(to: socket)
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
}
