// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// JSON whose members keep their order, so that the schema reads like the documented file.
indirect enum SchemaText: Sendable {
    case text(String)
    /// A number or a flag.
    case raw(String)
    case list([SchemaText])
    case object([(String, SchemaText)])

    func written(indent: Int) -> String {
        let space = String(repeating: " ", count: indent)
        switch self {
        case .text(let text): return Self.quoted(text)
        case .raw(let text): return text
        case .list(let items) where items.allSatisfy(\.isScalar):
            return "[" + items.map { $0.written(indent: 0) }.joined(separator: ", ") + "]"
        case .list(let items):
            let lines = items.map { space + "  " + $0.written(indent: indent + 2) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(space)]"
        case .object(let members):
            let lines = members.map { "\(space)  \(Self.quoted($0.0)): " + $0.1.written(indent: indent + 2) }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(space)}"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .text, .raw: true
        case .list, .object: false
        }
    }

    /// All texts come from this package: only quotes and backslashes need escapes.
    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
