// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The documented file with every key, as it grows line by line.
///
/// A line of prose begins with `# `; a key that may be taken into use has its `#` right before it.
public struct ReferencePage {
    public private(set) var text = ""
    public var indent = 0

    public init() {}

    public mutating func line(_ line: String, indent: Int? = nil) {
        text += String(repeating: " ", count: indent ?? self.indent) + line + "\n"
    }

    public mutating func blank() { text += "\n" }

    public mutating func prose(_ prose: String) {
        for line in prose.split(separator: "\n") { self.line("# " + line) }
    }

    public mutating func key(_ key: KeyDescription) {
        if indent == 0 { blank() }
        prose(key.help)
        guard case .group(let keys) = key.schema else { return line("#\(key.name): \(key.value)") }
        line("\(key.name):")
        indent += 2
        for key in keys { self.key(key) }
        indent -= 2
    }
}
