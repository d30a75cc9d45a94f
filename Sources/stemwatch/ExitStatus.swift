// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemwatchDaemon

/// What the program's exit tells a script. The one table; docs/install.md repeats it.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    case configuration = 3
    case noDaemon = 4
    case noSuchJob = 5
    case needsAttention = 6

    init(_ failure: Failure) {
        self =
            switch failure.code {
            case .usageInvalid: .usage
            case .configInvalid, .configUnreadable: .configuration
            case .controlNoDaemon: .noDaemon
            case .jobUnknown: .noSuchJob
            default: .failed
            }
    }
}
