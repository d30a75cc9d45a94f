// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Checks before libyaml sees the text, and writing text so that it reads back the same.
public enum YAMLText {
    /// Whether `bytes` are text of a kind and size that YAML can be in.
    static func problem(in bytes: [UInt8]) -> YAMLProblem? {
        if bytes.count > YAMLDocument.maximumSize {
            return YAMLProblem(
                .start, "the file has \(bytes.count) bytes, more than the \(YAMLDocument.maximumSize) allowed")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return YAMLProblem(.start, "the file is UTF-16", hint: "save it as UTF-8")
        }
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return nil
            case .error:
                return YAMLProblem(
                    YAMLMark(line: line, column: column), "a byte here is not UTF-8", hint: "save the file as UTF-8")
            case .scalarValue("\n"):
                line += 1
                column = 1
            case .scalarValue(let scalar):
                if !isAllowed(scalar) {
                    return YAMLProblem(
                        YAMLMark(line: line, column: column),
                        "a control character (\(Printable(String(scalar)))) stands here", hint: "remove it")
                }
                column += 1
            }
        }
    }

    /// YAML 1.1's printable characters, section 5.1.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }

    /// `text` as a scalar that reads back as the same text: plain where that is safe, otherwise in double quotes.
    public static func scalar(_ text: String) -> String {
        let first = text.utf8.first
        let plain =
            first.map(isPlainStart) == true && text.utf8.allSatisfy(isPlain)
            && !["null", "true", "false", "yes", "no", "on", "off"].contains(text.lowercased())
        return plain ? text : quoted(text)
    }

    /// `text` in double quotes.
    public static func quoted(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            default:
                if isAllowed(scalar), scalar.value != 0x85, scalar.value != 0x2028, scalar.value != 0x2029,
                    scalar.value != 0x0D
                {
                    written.unicodeScalars.append(scalar)
                } else {
                    let hex = String(scalar.value, radix: 16, uppercase: true)
                    let width = scalar.value > 0xFFFF ? 8 : 4
                    written += (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - hex.count) + hex
                }
            }
        }
        return written + "\""
    }

    private static func isPlainStart(_ byte: UInt8) -> Bool { isWord(byte) || byte == UInt8(ascii: "/") }

    private static func isPlain(_ byte: UInt8) -> Bool {
        isWord(byte) || [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+")].contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
