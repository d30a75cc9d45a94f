// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

extension CommandSettings {
    /// - Throws: `config.invalid`, for the first thing in it that cannot be.
    func validate() throws(Failure) {
        let template = try CommandTemplate(arguments)
        guard let program = arguments.first, !program.isEmpty else {
            throw Self.invalid("the command names no program")
        }
        guard !program.contains("{") else {
            throw Self.invalid("the program \(Printable(program, limit: 256)) is a placeholder")
        }
        for text in arguments where text.utf8.contains(0) {
            throw Self.invalid("the argument \(Printable(text, limit: 256)) holds a NUL")
        }
        for needed in [CommandTemplate.Placeholder.input, .output] where !template.placeholders.contains(needed) {
            throw Self.invalid(
                "the command has no {\(needed.rawValue)}", hint: "the program is told with it where to read and write")
        }
        try validateStems()
        for (name, value) in environment {
            let shown = Printable(name, limit: 64)
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
                throw Self.invalid("the environment variable \(shown) cannot have that name")
            }
            guard !value.reveal().utf8.contains(0) else {
                throw Self.invalid("the environment variable \(shown) holds a NUL")
            }
            guard name != Self.jobVariable else { throw Self.invalid("the environment variable \(shown) is taken") }
        }
        guard (1...1024).contains(threads) else { throw Self.invalid("\(threads) threads cannot be") }
        guard passes >= 1 else { throw Self.invalid("\(passes) passes cannot be") }
    }

    private func validateStems() throws(Failure) {
        guard !stems.isEmpty else {
            throw Self.invalid("the command makes no stems", hint: "say in `stems` where it writes each")
        }
        guard Set(stems.map(\.name)).count == stems.count else { throw Self.invalid("a stem is named twice") }
        guard Set(stems.map(\.file)).count == stems.count else { throw Self.invalid("two stems are the same file") }
        for stem in stems {
            let file = FilePath(stem.file)
            guard file.isRelative, !file.isEmpty, !stem.file.utf8.contains(0),
                file.components.allSatisfy({ $0.kind == .regular })
            else {
                throw Self.invalid(
                    "the stem \(stem.name) cannot be at \(Printable(stem.file, limit: 256))",
                    hint: "a path inside the output directory is needed")
            }
        }
    }

    static func invalid(_ message: String, hint: String? = nil) -> Failure {
        Failure(.configInvalid, message, hint: hint, remedy: .stop)
    }
}
