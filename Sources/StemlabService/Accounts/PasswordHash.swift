// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import CryptoExtras
import FoundationEssentials
import Platform

/// What scrypt costs (RFC 7914): memory is 128 · N · r bytes.
struct ScryptCost: Hashable, Sendable {
    /// The logarithm of N to the base 2: 17 is 128 MiB and about half a second.
    var logRounds = 17
    var blockSize = 8
    var parallelism = 1
}

/// A password as it is kept: `$scrypt$ln=17,r=8,p=1$SALT$KEY`, so that the cost can be raised later.
struct PasswordHash: Hashable, Sendable {
    let cost: ScryptCost
    let salt: [UInt8]
    let key: [UInt8]

    /// Computes it. Takes as long as the cost says, and blocks.
    init(_ password: Secret, _ cost: ScryptCost) throws(Failure) {
        self.init(cost, salt: Self.random(16), key: [])
        self = Self(cost, salt: salt, key: try derive(password).withUnsafeBytes { Array($0) })
    }

    /// Of no password at all, but costing as much to compare with: for accounts that are not there.
    static func ofNobody(_ cost: ScryptCost) -> Self { Self(cost, salt: random(16), key: random(32)) }

    private init(_ cost: ScryptCost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// `nil` when `text` is not what ``text`` writes.
    init?(_ text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt", let salt = Base64.bytes(of: parts[2]),
            let key = Base64.bytes(of: parts[3]), !key.isEmpty
        else { return nil }
        let figures = parts[1].split(separator: ",").map { $0.split(separator: "=") }
        guard figures.count == 3, figures.allSatisfy({ $0.count == 2 }), figures.map({ $0[0] }) == ["ln", "r", "p"],
            let ln = Int(figures[0][1]), let r = Int(figures[1][1]), let p = Int(figures[2][1]), (1...24).contains(ln),
            (1...32).contains(r), (1...16).contains(p)
        else { return nil }
        self.init(ScryptCost(logRounds: ln, blockSize: r, parallelism: p), salt: salt, key: key)
    }

    var text: String {
        let costs = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$scrypt$\(costs)$\(Base64.text(of: salt))$\(Base64.text(of: key))"
    }

    /// Whether it is of this password. Takes as long as the cost says, and blocks; the comparison takes the same time
    /// whatever differs.
    func matches(_ password: Secret) throws(Failure) -> Bool {
        try derive(password) == SymmetricKey(data: key)
    }

    private func derive(_ password: Secret) throws(Failure) -> SymmetricKey {
        do {
            return try KDF.Scrypt.deriveKey(
                from: Array(password.reveal().utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
        } catch {
            throw Failure(
                .systemLimit, "hashing a password failed: is there memory for it?", remedy: .retry(after: nil))
        }
    }

    private static func random(_ count: Int) -> [UInt8] {
        SymmetricKey(size: .init(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}
