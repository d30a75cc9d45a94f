// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemlabService

@Suite struct PasswordHashTests {
    @Test func `the usual cost is the one that was promised`() {
        #expect(ScryptCost() == ScryptCost(logRounds: 17, blockSize: 8, parallelism: 1))
    }

    @Test func `a hash fits its password, and nothing else`() throws {
        let hash = try PasswordHash(Secret("correct horse battery"), ScryptCost(logRounds: 4))
        let read = try #require(PasswordHash(hash.text))
        #expect(read == hash)
        #expect(try read.matches(Secret("correct horse battery")))
        #expect(try !read.matches(Secret("correct horse batterz")))
        #expect(try !read.matches(Secret("")))
        let other = try PasswordHash(Secret("correct horse battery"), ScryptCost(logRounds: 4))
        #expect(other.text != hash.text)
    }

    /// RFC 7914, 12: N = 1024, r = 8, p = 16 of "password" and "NaCl"; its first 32 bytes.
    @Test func `it is scrypt`() throws {
        let hash = try #require(
            PasswordHash("$scrypt$ln=10,r=8,p=16$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI="))
        #expect(try hash.matches(Secret("password")))
    }

    @Test(arguments: [
        "", "x", "$scrypt$ln=17,r=8,p=1$$", "$scrypt$ln=99,r=8,p=1$AA==$AA==", "$argon2$ln=4,r=8,p=1$AA==$AA==",
        "$scrypt$ln=4,r=8$AA==$AA==",
    ])
    func `what is no hash is none`(text: String) { #expect(PasswordHash(text) == nil) }
}
