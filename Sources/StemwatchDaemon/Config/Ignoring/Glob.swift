// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// A pattern over one name: `*` any run, `?` one character, `[a-z]` and `[!a-z]` one of a set, `\` takes the next as it
/// is.
///
/// Names need not be UTF-8: a character is a UTF-8 sequence where the bytes form one, else a single byte. ASCII letters
/// match in either case, since shares bring `Thumbs.db` as `THUMBS.DB`. A leading dot is like any other character.
///
/// Not fnmatch(3): glibc's lets `??` match one character of two bytes, folds either all letters or none, and takes many
/// times as long for the names that no pattern matches, which are nearly all.
struct Glob: Hashable, Sendable {
    /// As it was written.
    let text: String
    private let parts: [Part]
    // A name with another first or last byte cannot match. This check is cheap, and rules out nearly all names.
    private let first: UInt8?
    private let last: UInt8?

    private enum Part: Hashable, Sendable {
        case any
        case one
        case literal(UInt32)
        case set([ClosedRange<UInt32>], negated: Bool)

        /// Where it is an ASCII character.
        var byte: UInt8? {
            if case .literal(0..<0x80) = self, case .literal(let value) = self { UInt8(value) } else { nil }
        }

        func matches(_ value: UInt32) -> Bool {
            switch self {
            case .any, .one: true
            case .literal(let wanted): lowercased(value) == wanted
            case .set(let ranges, let negated):
                ranges.contains { $0.contains(value) || $0.contains(otherCase(value)) } != negated
            }
        }
    }

    /// - Throws: `config.invalid` for a pattern that is empty, contains `/`, or has a `[` without its `]`.
    init(_ text: String) throws(Failure) {
        self.text = text
        if text.isEmpty { throw Self.invalid(text, "is empty") }
        var parts: [Part] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "/": throw Self.invalid(text, "contains a slash: it is matched against one name at a time")
            case "*": if parts.last != .any { parts.append(.any) }
            case "?": parts.append(.one)
            case "[":
                guard let set = Self.set(&rest) else { throw Self.invalid(text, "has a [ without its ]") }
                parts.append(set)
            case "\\": parts.append(.literal(lowercased((rest.popFirst() ?? scalar).value)))
            default: parts.append(.literal(lowercased(scalar.value)))
            }
        }
        self.parts = parts
        first = parts.first?.byte
        last = parts.last?.byte
    }

    /// A built-in pattern, known to be well formed.
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
    private static func set(_ rest: inout Substring.UnicodeScalarView) -> Part? {
        func member() -> UInt32? {
            if rest.first == "\\", rest.count > 1 { rest.removeFirst() }
            return rest.popFirst()?.value
        }
        var ranges: [ClosedRange<UInt32>] = []
        let negated = rest.first == "!" || rest.first == "^"
        if negated { rest.removeFirst() }
        while ranges.isEmpty || rest.first != "]" {
            guard let low = member() else { return nil }
            var high = low
            if rest.first == "-", let next = rest.dropFirst().first, next != "]" {
                rest.removeFirst()
                high = member() ?? low
            }
            ranges.append(min(low, high)...max(low, high))
        }
        rest.removeFirst()
        return .set(ranges, negated: negated)
    }

    func matches(_ name: FilePath.Component) -> Bool { name.withBytes(matches) }

    func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let begin = name.first, let end = name.last else { return parts == [.any] }
        if let first, UInt32(first) != lowercased(UInt32(begin)) { return false }
        if let last, UInt32(last) != lowercased(UInt32(end)) { return false }
        // Bytes that form no character come after all that do.
        return walk(
            TextUnit.units(of: name).map { unit in
                switch unit {
                case .scalar(let scalar): scalar.value
                case .byte(let byte): 0x11_0000 + UInt32(byte)
                }
            })
    }

    private func walk(_ name: [UInt32]) -> Bool {
        var (part, at) = (0, 0)
        // Where to go on when what follows the last star does not match: one character further on.
        var retry: (part: Int, at: Int)?
        while part < parts.count || at < name.count {
            if part < parts.count, parts[part] == .any {
                part += 1
                retry = (part, at)
            } else if part < parts.count, at < name.count, parts[part].matches(name[at]) {
                (part, at) = (part + 1, at + 1)
            } else {
                guard let again = retry, again.at < name.count else { return false }
                retry = (again.part, again.at + 1)
                (part, at) = (again.part, again.at + 1)
            }
        }
        return true
    }
}

private func lowercased(_ value: UInt32) -> UInt32 { (0x41...0x5A).contains(value) ? value | 0x20 : value }

private func otherCase(_ value: UInt32) -> UInt32 {
    (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value) ? value ^ 0x20 : value
}
