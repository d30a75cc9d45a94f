// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Requests to services, over connections that are kept and shared by all of the process.
///
/// Never follows redirects, so that the caller decides where data goes. Always checks certificates.
public enum HTTPClient {
    /// - Throws: `network.unreachable`, `network.interrupted`, `network.stalled`, `network.untrusted`,
    ///   `network.protocol`, `job.cancelled` when the task is cancelled, and what its source or its sink throws. A
    ///   response of any status is returned, not thrown.
    public static func send(_ request: HTTPRequest) async throws(Failure) -> HTTPAnswer {
        let transfer = Transfer(request)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.whenDone { continuation.resume(returning: $0) }
                TransferLoop.shared.start(transfer)
            }
        } onCancel: {
            transfer.cancel()
            TransferLoop.shared.wake()
        }
        return try outcome.get()
    }
}
