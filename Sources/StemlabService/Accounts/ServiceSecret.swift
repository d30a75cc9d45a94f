// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform

/// A secret the service gave out: 256 random bits behind a word for what it is. Kept as its SHA-256 alone: with that
/// many bits there is nothing to guess, and finding a row by its digest shows nothing of others.
struct ServiceSecret: Sendable {
    enum Kind: String {
        case access, refresh, device, personal, code, mail
    }

    let secret: Secret
    let digest: [UInt8]

    static func make(_ kind: Kind) -> Self {
        let bits = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return Self(Secret("slm_\(kind.rawValue)_\(Base64.urlText(of: bits))"))
    }

    /// One that was sent to us.
    init(_ secret: Secret) {
        self.secret = secret
        digest = Array(SHA256.hash(data: Array(secret.reveal().utf8)))
    }
}
