// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Subprocess
public import SystemPackage

/// A server with a certificate of a private authority, run by the `openssl` program. It serves the files of a
/// directory, each a whole HTTP response.
public struct TLSDouble: Sendable {
    /// Holds `ca.pem` and the server's files.
    public let directory: FilePath

    /// Makes an authority, and a certificate for `names`, such as `DNS:localhost,IP:127.0.0.1`.
    public init(in directory: FilePath, names: String) async throws {
        self.directory = directory
        try directory.appending("names").write("subjectAltName=\(names)")
        try directory.appending("hello").write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        try await Shell.run(
            """
            exec 2>/dev/null
            key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
            openssl req -x509 $key -keyout ca.key -out ca.pem -days 2 -subj /CN=authority
            openssl req $key -keyout server.key -out server.csr -subj /CN=server
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names
            """, in: directory
        ).requireSuccess()
    }

    /// - Parameter body: given the port.
    public func running<R: Sendable>(_ body: @escaping @Sendable (UInt16) async throws -> R) async throws -> R {
        let output = try OutputPipe()
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: [
                "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-HTTP",
            ],
            workingDirectory: directory, input: .none,
            output: .fileDescriptor(output.writer, closeAfterSpawningProcess: true), error: .discarded
        ) { execution in
            let process = Int32(execution.processIdentifier.value)
            output.read(from: process)
            defer { kill(process, SIGTERM) }
            guard let line = await output.log.first(where: { $0.hasPrefix("ACCEPT ") }),
                let port = line.split(separator: ":").last.flatMap({ UInt16($0) })
            else { throw StoryFailure("openssl s_server does not listen: \(output.log.lines)") }
            return try await body(port)
        }
        return result.closureResult
    }
}
