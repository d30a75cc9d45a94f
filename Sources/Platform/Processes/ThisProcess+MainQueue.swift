// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch

extension ThisProcess {
    /// Gives the calling thread, which must be the main one, to the work of the main actor, for good: what an
    /// asynchronous `main` does by itself. Something else ends the process.
    public static func serveMainQueue() -> Never { dispatchMain() }
}
