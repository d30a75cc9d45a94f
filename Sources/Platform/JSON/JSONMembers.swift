// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The members of one JSON object, found but not yet read. A missing member and `null` are both `nil`; a member of
/// another kind than asked for is a problem. Of members with the same name the last counts.
///
/// Refers to the caller's memory: valid as long as the bytes it was made from.
public struct JSONMembers {
    private struct Member {
        var name: UnsafeRawBufferPointer
        var value: UnsafeRawBufferPointer
    }
    private var members: ContiguousArray<Member> = []
    /// Some name has escapes, which must be resolved before it can be compared.
    private var hasEscapedNames = false

    /// `text` must be exactly one object.
    public init(parsing text: UnsafeRawBufferPointer) throws(JSONProblem) {
        members.reserveCapacity(16)
        var scanner = JSONScanner(text)
        try scanner.object(depth: 0) { (scanner, name) throws(JSONProblem) in
            if name.contains(UInt8(ascii: "\\")) { hasEscapedNames = true }
            members.append(Member(name: name, value: try scanner.skipped(depth: 1)))
        }
        try scanner.end()
    }

    /// The value of the last member called `name`.
    public subscript(name: StaticString) -> JSONSlice? {
        var i = members.count - 1
        while i >= 0 {
            if isName(members[i].name, name) {
                let slice = JSONSlice(bytes: members[i].value)
                return slice.isNull ? nil : slice
            }
            i -= 1
        }
        return nil
    }

    public func string(_ name: StaticString) throws(JSONProblem) -> String? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in try value.string() }
    }

    public func int(_ name: StaticString) throws(JSONProblem) -> Int64? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in try value.int() }
    }

    public func bool(_ name: StaticString) throws(JSONProblem) -> Bool? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in try value.bool() }
    }

    public func members(_ name: StaticString) throws(JSONProblem) -> JSONMembers? {
        guard let value = self[name] else { return nil }
        return try naming(name, value) { (value) throws(JSONProblem) in try value.members() }
    }

    /// Each member, in the order of the text; names with their escapes resolved.
    public func forEach(_ body: (String, JSONSlice) throws(JSONProblem) -> Void) throws(JSONProblem) {
        for member in members { try body(try JSONSlice(bytes: member.name).string(), JSONSlice(bytes: member.value)) }
    }

    /// Runs `read`, and puts the member's name into what it throws.
    @inlinable
    public func naming<Value>(
        _ name: StaticString, _ value: JSONSlice, _ read: (JSONSlice) throws(JSONProblem) -> Value
    ) throws(JSONProblem) -> Value {
        do throws(JSONProblem) { return try read(value) } catch {
            throw JSONProblem("\(name): \(error.reason)", at: error.offset)
        }
    }

    private func isName(_ text: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        if text.count == count + 2, memcmp(text.baseAddress! + 1, name.utf8Start, count) == 0 { return true }
        // By bytes: text that is equal but composed otherwise is another name.
        guard hasEscapedNames, let resolved = try? JSONSlice(bytes: text).string() else { return false }
        return resolved.utf8.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: count))
    }
}
