// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Has one check under way for each content of an upload: requests that ask for it meanwhile get its outcome.
final class UploadVerification: Sendable {
    /// What an upload held in one turn of ``UploadWriteLocks``.
    struct Content: Hashable, Sendable {
        var upload: String
        var turn: UInt64
    }

    /// The requests that wait for each check; they receive `false`: the check was not theirs to make.
    private let underWay = Mutex<[Content: [CheckedContinuation<Bool, any Error>]]>([:])

    /// - Throws: what `check` throws, whichever request has made it.
    func once(_ content: Content, _ check: () async throws -> Void) async throws {
        let isOurs = try await withCheckedThrowingContinuation { (answer: CheckedContinuation<Bool, any Error>) in
            let isFirst = underWay.withLock { underWay in
                guard underWay[content] != nil else {
                    underWay[content] = []
                    return true
                }
                underWay[content]?.append(answer)
                return false
            }
            if isFirst { answer.resume(returning: true) }
        }
        guard isOurs else { return }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await check()) } catch { outcome = .failure(error) }
        for answer in underWay.withLock({ $0.removeValue(forKey: content) ?? [] }) {
            answer.resume(with: outcome.map { false })
        }
        try outcome.get()
    }
}
