// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// Normal ends, without a crash.
@Suite(.timeLimit(.minutes(5))) struct StopTests {
    @Test(arguments: [TortureBatch.Variant(), .init(isBilled: true)])
    func `SIGTERM in the middle ends it cleanly, and the next start finishes`(_ variant: TortureBatch.Variant)
        async throws
    {
        let batch = try TortureBatch(variant)
        try batch.drop(12)
        let end = try await withDaemon(batch.configuration) { daemon in
            try await daemon.line(with: "delivered")
            daemon.send(SIGTERM)
            await daemon.log.over()
        }
        #expect(end.status == .exited(0))
        #expect(end.log.last?.contains("stopped") == true)
        #expect(!batch.isOver)
        try await batch.finish()
        // Free work ends with the daemon and starts again; billed work continues without it.
        let faults = try await TortureVerdict(batch, mayRepeat: !variant.isBilled).faults
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }
}
