// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio

/// What is stored: named by the service's own ids alone (``Identifier``), so that nothing of a request is ever part of
/// a path.
enum ObjectKey: Hashable, Sendable {
    /// What arrived of an upload.
    case upload(String)
    /// One stem of a job that succeeded.
    case stem(String, StemName)
}
