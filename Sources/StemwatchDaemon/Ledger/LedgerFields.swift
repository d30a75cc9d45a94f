// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Reading single members of a ledger line.
extension JSONMembers {
    /// What a line cannot be without.
    func require<Value>(_ name: StaticString, _ value: Value?) throws(JSONProblem) -> Value {
        guard let value else { throw JSONProblem("\(name): missing") }
        return value
    }

    func time(_ name: StaticString) throws(JSONProblem) -> WallTime? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in
            guard let time = try value.withText({ WallTime(rfc3339: $0) }) else {
                throw JSONProblem("not a time such as 2026-11-23T08:00:00.123Z")
            }
            return time
        }
    }

    func duration(_ name: StaticString) throws(JSONProblem) -> AudioDuration? {
        try int(name).map(AudioDuration.init(milliseconds:))
    }

    func job(_ name: StaticString) throws(JSONProblem) -> JobID? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in
            guard let job = try value.withText({ ULID(text: $0).map(JobID.init) }) else {
                throw JSONProblem("not a job's name")
            }
            return job
        }
    }

    func digest(_ name: StaticString) throws(JSONProblem) -> Digest256? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in
            guard let digest = try value.withText({ Digest256(hex: $0) }) else {
                throw JSONProblem("not 64 hexadecimal digits")
            }
            return digest
        }
    }

    /// A path that is text, or bytes in base 64 under the other name.
    func path(_ name: StaticString, _ base64: StaticString) throws(JSONProblem) -> FilePath? {
        if let value = self[name] {
            return try naming(name, value) { (value) throws(JSONProblem) in
                guard let path = try value.withText({ FilePath(bytes: $0) }) else { throw JSONProblem("not a path") }
                return path
            }
        }
        guard let value = self[base64] else { return nil }
        return try naming(base64, value) { (value) throws(JSONProblem) in
            let bytes = Base64.bytes(of: try value.string())
            guard let path = bytes?.withUnsafeBytes({ FilePath(bytes: $0) }) else {
                throw JSONProblem("not a path in base 64")
            }
            return path
        }
    }
}

/// A path as a member: text under `name` where it is UTF-8, else its bytes in base 64 under `name` and `_b64`.
func pathMember(_ name: String, _ path: FilePath) -> [String: JSONValue] {
    let bytes = path.bytes
    return String(validating: bytes, as: UTF8.self).map { [name: .string($0)] }
        ?? [name + "_b64": .string(Base64.text(of: bytes))]
}

extension FilePath {
    /// `nil` for what no path can be: nothing, or something with a NUL in it.
    init?(bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
        self = withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { copy in
            UnsafeMutableRawBufferPointer(copy).copyMemory(from: bytes)
            copy[bytes.count] = 0
            return FilePath(platformString: copy.baseAddress!)
        }
    }
}

extension [String: JSONValue] {
    func with(_ others: Self) -> Self { merging(others) { _, other in other } }
}
