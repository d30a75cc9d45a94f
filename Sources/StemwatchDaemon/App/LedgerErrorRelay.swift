// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform
import Synchronization

/// Passes the ledger's failures from its writer's thread to the engine, in order.
final class LedgerErrorRelay: Sendable {
    private let stream: AsyncStream<Failure?>
    private let continuation: AsyncStream<Failure?>.Continuation
    private let engine = Mutex<Engine?>(nil)

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Called from any thread; `nil`: the ledger can be written again.
    func report(_ failure: Failure?) { continuation.yield(failure) }

    func connect(_ engine: Engine) { self.engine.withLock { $0 = engine } }

    func run(_ log: Logger) async {
        for await failure in stream {
            if let failure {
                log.critical("\(failure.message)", metadata: ["code": "\(failure.code.rawValue)"])
            } else {
                log.notice("the ledger can be written again")
            }
            await engine.withLock { $0 }?.ledgerTrouble(failure)
        }
    }
}
