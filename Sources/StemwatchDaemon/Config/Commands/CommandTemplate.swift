// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// An argument list with placeholders. Filled in as bytes, never through a shell.
///
/// `{input}`: the audio, a copy with a plain name. `{output}`: an empty directory for the stems. `{work}`: the
/// directory that both are in, where the program is started. `{stems}`: the names of the stems wanted, with commas.
/// `{model}`, `{threads}`: as configured. `{{` and `}}` stand for braces.
struct CommandTemplate: Equatable {
    enum Placeholder: String, CaseIterable { case input, output, work, stems, model, threads }
    private enum Piece: Equatable {
        case text(String)
        case placeholder(Placeholder)
    }
    private let arguments: [[Piece]]

    /// - Throws: `config.invalid` for an unknown placeholder or a brace that stands alone.
    init(_ arguments: [String]) throws(Failure) {
        var parsed: [[Piece]] = []
        for argument in arguments { parsed.append(try Self.pieces(of: argument)) }
        self.arguments = parsed
    }

    /// Those that it uses.
    var placeholders: Set<Placeholder> {
        Set(
            arguments.joined().compactMap { piece in
                if case .placeholder(let placeholder) = piece { placeholder } else { nil }
            })
    }

    func filled(_ value: (Placeholder) -> [UInt8]) -> [[UInt8]] {
        arguments.map { pieces in
            pieces.flatMap { piece in
                switch piece {
                case .text(let text): Array(text.utf8)
                case .placeholder(let placeholder): value(placeholder)
                }
            }
        }
    }

    private static func pieces(of argument: String) throws(Failure) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = Substring(argument)
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                text.append(character)
                continue
            }
            if rest.first == character {
                text.append(character)
                rest.removeFirst()
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}") else {
                throw invalid("a brace stands alone in the argument \(Printable(argument, limit: 256))")
            }
            let name = String(rest[..<end])
            guard let placeholder = Placeholder(rawValue: name) else {
                throw invalid("the placeholder {\(Printable(name, limit: 64))} is unknown")
            }
            pieces += [.text(text), .placeholder(placeholder)]
            text = ""
            rest = rest[rest.index(after: end)...]
        }
        return pieces + [.text(text)]
    }

    private static func invalid(_ message: String) -> Failure {
        let known = Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        return Failure(
            .configInvalid, message, hint: "there are \(known); write {{ and }} for braces", remedy: .stop)
    }
}
