// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// What is paid for once: this audio, separated with these settings.
struct PayKey: Hashable {
    let audio: Digest256
    let settings: String
}

extension Job {
    /// `nil` until intake proved what the file holds.
    var payKey: PayKey? {
        guard let facts, let settings else { return nil }
        return PayKey(audio: facts.audioDigest, settings: settings)
    }
}
