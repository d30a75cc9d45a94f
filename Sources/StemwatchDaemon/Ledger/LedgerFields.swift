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
        try read(name, "not a time such as 2026-11-23T08:00:00.123Z") { WallTime(rfc3339: $0) }
    }

    func duration(_ name: StaticString) throws(JSONProblem) -> AudioDuration? {
        try int(name).map(AudioDuration.init(milliseconds:))
    }

    func job(_ name: StaticString) throws(JSONProblem) -> JobID? {
        try read(name, "not a job's name") { ULID(text: $0).map(JobID.init) }
    }

    func digest(_ name: StaticString) throws(JSONProblem) -> Digest256? {
        try read(name, "not 64 hexadecimal digits") { Digest256(hex: $0) }
    }

    /// A path that is text, or bytes in base 64 under the other name.
    func path(_ name: StaticString, _ base64: StaticString) throws(JSONProblem) -> FilePath? {
        if let path = try read(name, "not a path", { FilePath(bytes: $0) }) { return path }
        return try read(base64, "not a path in base 64") { text in
            Base64.bytes(of: String(decoding: text, as: UTF8.self))?.withUnsafeBytes { FilePath(bytes: $0) }
        }
    }

    /// - Parameters:
    ///   - problem: what is wrong with a value of which `parse` makes nothing.
    private func read<Value>(
        _ name: StaticString, _ problem: String, _ parse: (UnsafeRawBufferPointer) -> Value?
    ) throws(JSONProblem) -> Value? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in
            guard let parsed = try value.withText(parse) else { throw JSONProblem(problem) }
            return parsed
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
