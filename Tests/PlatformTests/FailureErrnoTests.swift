// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

@Suite struct FailureErrnoTests {
    @Test(arguments: [
        (Errno.noSpace, FailureCode.outputFull, Remedy.hold(until: .surroundings)),
        (.diskQuotaExceeded, .outputFull, .hold(until: .surroundings)),
        (.tooManyOpenFiles, .systemLimit, .retry(after: nil)),
        (.tooManyOpenFilesInSystem, .systemLimit, .retry(after: nil)),
        (.noMemory, .systemLimit, .retry(after: nil)),
        (.ioError, .systemIO, .retry(after: nil)),
        (.readOnlyFileSystem, .systemIO, .hold(until: .surroundings)),
    ]) func `an error of the kernel has a remedy`(errno: Errno, code: FailureCode, remedy: Remedy) {
        let failure = Failure(errno, "opening", "/a\n/b")
        #expect(failure.code == code && failure.remedy == remedy)
        #expect(failure.message.hasPrefix("opening /a\\x0a/b failed: "))
    }
}
