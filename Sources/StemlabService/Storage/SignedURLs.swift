// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI

/// The URLs that objects are sent to and fetched from without a token.
struct SignedURLs: Sendable {
    /// How people and programs reach the service, without a slash at the end.
    let origin: String
    let signer: URLSigner

    /// How long a URL is good for.
    static let life: Int64 = 3600

    /// One URL, and when it ends.
    struct Signed: Hashable, Sendable {
        var url: String
        var expiresAt: WallTime
    }

    static func path(upload: String) -> String { "/v1/objects/uploads/\(upload)" }
    static func path(stem: StemName, of job: String) -> String { "/v1/objects/stems/\(job)/\(stem.rawValue)" }

    func putting(_ upload: UploadRecord, at now: WallTime) -> Signed {
        sign("PUT", Self.path(upload: upload.id), upload.bytes, now)
    }

    func getting(_ stem: StemRecord, of job: String, at now: WallTime) -> Signed {
        sign("GET", Self.path(stem: stem.name, of: job), stem.bytes, now)
    }

    private func sign(_ method: String, _ path: String, _ size: Int64, _ now: WallTime) -> Signed {
        let expires = now.milliseconds / 1000 + Self.life
        let target = signer.sign(.init(method: method, path: path, size: size, expires: expires))
        return Signed(url: origin + target, expiresAt: WallTime(milliseconds: expires * 1000))
    }

    /// Checks the query of a request for an object.
    /// - Returns: the size of the object that was signed.
    /// - Throws: `request.malformed`, `url.invalid`, `url.expired`.
    func check(_ method: String, _ path: String, _ query: FormFields, at now: WallTime) throws(APIError) -> Int64 {
        for name in ["size", "expires", "signature"] where query[name] == nil {
            throw .malformed("/query/\(name)", "it is missing")
        }
        let size = try query.integer("size", 0...107_374_182_400, default: 0)
        let expires = try query.integer("expires", 0...253_402_300_799, default: 0)
        let signature = try query.text("signature", Self.signature) ?? ""
        do throws(URLSigner.Rejection) {
            try signer.check(
                .init(method: method, path: path, size: size, expires: expires), signature: signature, at: now)
        } catch {
            switch error {
            case .invalid: throw APIError(.urlInvalid, "this URL was not made here, or was changed")
            case .expired: throw APIError(.urlExpired, "this URL has had its time: ask for a fresh one")
            }
        }
        return size
    }

    private static let signature = TextForm.characters("a signature", 43...43) {
        TextForm.isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
}
