// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import StemwatchDaemon
import Synchronization
public import SystemPackage

/// What a backend told of one transfer, in order.
public final class ShareLog: Sendable {
    private let told = Mutex<[Double]>([])

    public init() {}

    public var shares: [Double] { told.withLock { $0 } }
    func append(_ share: Double) { told.withLock { $0.append(share) } }
}

extension Backend {
    public func fetch(
        _ stem: RemoteStem, of job: RemoteJob, into file: FilePath, telling log: ShareLog? = nil
    ) async throws(Failure) {
        try await fetch(stem, of: job, into: file) { log?.append($0) }
    }
}
