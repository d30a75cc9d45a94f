// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// A pattern over one name, as fnmatch(3): `*` any run, `?` one character, `[a-z]` and `[!a-z]` one of a set, `\` takes the
/// next as it is.
///
/// Works on bytes, since names need not be UTF-8: a character is a UTF-8 sequence where the bytes form one, else a single byte.
/// ASCII letters match in either case, since shares bring `Thumbs.db` as `THUMBS.DB`. A leading dot is like any other character.
struct Glob: Hashable, Sendable {
    /// As it was written.
    let text: String
    private let parts: [Part]
    // A name whose first or last byte is another cannot match: that settles nearly all of them at once.
    private let first: UInt8?
    private let last: UInt8?

    private enum Part: Hashable, Sendable {
        case any
        case one
        case literal(UInt8)
        case set([ClosedRange<UInt32>], negated: Bool)
    }

    /// - Throws: `config.invalid` for a pattern that is empty, contains `/`, or has a `[` without its `]`.
    init(_ text: String) throws(Failure) {
        self.text = text
        if text.isEmpty { throw Self.invalid(text, "is empty") }
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "/"):
                throw Self.invalid(text, "contains a slash: it is matched against one name at a time")
            case UInt8(ascii: "*"): if parts.last != .any { parts.append(.any) }
            case UInt8(ascii: "?"): parts.append(.one)
            case UInt8(ascii: "["):
                guard let set = Self.set(&rest) else { throw Self.invalid(text, "has a [ without its ]") }
                parts.append(set)
            case UInt8(ascii: "\\"): parts.append(.literal(Self.folded(rest.popFirst() ?? byte)))
            default: parts.append(.literal(Self.folded(byte)))
            }
        }
        self.parts = parts
        first = parts.first.flatMap(Self.literal)
        last = parts.last.flatMap(Self.literal)
    }

    private static func literal(_ part: Part) -> UInt8? {
        if case .literal(let byte) = part { byte } else { nil }
    }

    /// One of ours: known to be well formed.
    init(builtIn text: StaticString) {
        do throws(Failure) {
            try self.init("\(text)")
        } catch {
            preconditionFailure(error.message)
        }
    }

    private static func invalid(_ text: String, _ why: String) -> Failure {
        Failure(
            .configInvalid, "the pattern \"\(Printable(text))\" \(why)", hint: "write it as for a shell, such as *.bak",
            remedy: .stop)
    }

    /// What stands between `[` and `]`. A `]` that comes first is a member.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Part? {
        var ranges: [ClosedRange<UInt32>] = []
        let negated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if negated { rest.removeFirst() }
        var first = true
        while let byte = rest.first {
            if byte == UInt8(ascii: "]"), !first {
                rest.removeFirst()
                return .set(ranges, negated: negated)
            }
            first = false
            let low = member(&rest)
            guard rest.first == UInt8(ascii: "-"), let next = rest.dropFirst().first, next != UInt8(ascii: "]") else {
                ranges.append(low...low)
                continue
            }
            rest.removeFirst()
            let high = member(&rest)
            ranges.append(min(low, high)...max(low, high))
        }
        return nil
    }

    private static func member(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        if rest.first == UInt8(ascii: "\\"), rest.count > 1 { rest.removeFirst() }
        let length = characterLength(rest.prefix(4))
        let value = value(of: rest.prefix(length))
        rest.removeFirst(length)
        return value
    }

    func matches(_ name: FilePath.Component) -> Bool { name.withBytes(matches) }

    func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let begin = name.first, let end = name.last else { return parts == [.any] }
        if let first, first != Self.folded(begin) { return false }
        if let last, last != Self.folded(end) { return false }
        return walk(name)
    }

    private func walk(_ name: UnsafeRawBufferPointer) -> Bool {
        var part = 0
        var at = 0
        // Where to go on when what follows the last star does not match: one character further on.
        var retry: (part: Int, at: Int)?
        while true {
            if part < parts.count {
                if case .any = parts[part] {
                    part += 1
                    retry = (part, at)
                    continue
                }
                if at < name.count, let length = step(parts[part], name, at) {
                    part += 1
                    at += length
                    continue
                }
            } else if at == name.count {
                return true
            }
            guard let again = retry, again.at < name.count else { return false }
            let next = again.at + Self.characterLength(name[again.at...].prefix(4))
            retry = (again.part, next)
            part = again.part
            at = next
        }
    }

    /// How many bytes at `at` the part takes; `nil`: it does not match there.
    private func step(_ part: Part, _ name: UnsafeRawBufferPointer, _ at: Int) -> Int? {
        switch part {
        case .any: return nil
        case .literal(let byte): return Self.folded(name[at]) == byte ? 1 : nil
        case .one: return Self.characterLength(name[at...].prefix(4))
        case .set(let ranges, let negated):
            let length = Self.characterLength(name[at...].prefix(4))
            let value = Self.value(of: name[at..<at + length])
            let other = Self.otherCase(value)
            let contained = ranges.contains { $0.contains(value) || $0.contains(other) }
            return contained != negated ? length : nil
        }
    }

    /// The bytes of the UTF-8 sequence that begins here; 1 where there is none.
    private static func characterLength(_ bytes: some Collection<UInt8>) -> Int {
        guard let lead = bytes.first else { return 0 }
        let length =
            switch lead {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let rest = bytes.dropFirst().prefix(length - 1)
        return rest.count == length - 1 && rest.allSatisfy { $0 & 0xC0 == 0x80 } ? length : 1
    }

    /// A number for a character that orders as Unicode does; bytes that form none come after all that do.
    private static func value(of bytes: some Collection<UInt8>) -> UInt32 {
        guard let lead = bytes.first else { return 0 }
        if bytes.count == 1 { return lead < 0x80 ? UInt32(lead) : 0x11_0000 + UInt32(lead) }
        let head = UInt32(lead) & (0xFF >> UInt32(bytes.count + 1))
        return bytes.dropFirst().reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    private static func otherCase(_ value: UInt32) -> UInt32 {
        let isLetter = (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value)
        return isLetter ? value ^ 0x20 : value
    }
}
