// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform

/// Requests and responses of ``LoopbackClient``, a JSON object a line, in the file that `STEMLAB_EXCHANGES` names.
/// `scripts/test-api` checks them against the API's document.
final class RecordedExchanges: Sendable {
    /// `nil`: they are not recorded.
    static let shared = getenv("STEMLAB_EXCHANGES").map { RecordedExchanges(String(cString: $0)) }

    private let descriptor: Int32

    private init(_ path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "\(path) cannot be written: errno \(errno)")
    }

    /// - Parameter asked: the request as it was sent.
    func append(asked: [UInt8], _ answer: LoopbackClient.Response) {
        let words = asked.prefix { $0 != 13 }.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
        // Not HTTP: the document does not cover it.
        guard words.count == 3 else { return }
        var line: [String: JSONValue] = [
            "method": .string(words[0]), "path": .string(String(words[1].prefix { $0 != "?" })),
            "status": .int(Int64(answer.status)), "headers": .object(answer.headers.mapValues { .string($0) }),
        ]
        line["body"] = String(validating: answer.body, as: UTF8.self).map { .string($0) }
        let bytes = JSONValue.object(line).bytes() + [10]
        // In one call, so that it is appended whole beside other writers.
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == bytes.count, "a line was not written whole")
    }
}
