// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// What the database knows of an upload. How much of it has arrived, only its file knows.
struct UploadRecord: Hashable, Sendable {
    /// Grows from upload to upload.
    var number: Int64
    var id: String
    var account: String
    var state: Upload.State
    /// As declared.
    var bytes: Int64
    /// As declared, in hexadecimal.
    var sha256: String
    var createdAt: WallTime
    /// When it goes if no job has used it by then, and nothing more of it has arrived.
    var expiresAt: WallTime

    /// How long an upload waits for its next byte, or for a job.
    static let patience: Duration = .seconds(86_400)
}
