// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings
import SystemPackage

extension ValueForm<String> {
    /// One argument: any text that can be one.
    static let argument = scalar(
        "an argument", advice: "write it in quotes", schema: .text(pattern: nil), write: YAMLText.quoted,
        parse: { text throws(ValueProblem) in
            if text.utf8.contains(0) { throw ValueProblem("which holds a NUL character", hint: "take it out") }
            return text
        })
}

extension ValueForm<[CommandSettings.StemFile]> {
    /// A group of stem names, each with the file that holds it.
    static let stemFiles = Self(
        noun: "a group of stems", advice: "write it as {vocals: vocals.wav, other: other.wav}",
        schema: .map(.text(pattern: "^[^/]"))
    ) { node, key, problems in
        guard case .mapping(let entries) = node.content else {
            problems.error(
                node.mark, "\(key) is not a group of stems", hint: "write it as {vocals: vocals.wav, other: other.wav}")
            return nil
        }
        if entries.isEmpty {
            problems.error(
                node.mark, "\(key) names no stem", hint: "write it as {vocals: vocals.wav, other: other.wav}")
            return nil
        }
        let file = ValueForm<FilePath>.relativePath(example: "vocals.wav")
        var files: [CommandSettings.StemFile] = []
        for entry in entries {
            let name = YAMLNode(.scalar(entry.key, .quoted), at: entry.keyMark)
            let stem = ValueForm<StemName>.stem.read(name, "a key of \(key)", &problems)
            let path = file.read(entry.value, "\(key).\(Printable(entry.key, limit: 40))", &problems)
            if let stem, let path { files.append(CommandSettings.StemFile(name: stem, file: path.string)) }
        }
        return files.count == entries.count ? files : nil
    } write: { files in
        "{" + files.map { "\($0.name): \(YAMLText.scalar($0.file))" }.joined(separator: ", ") + "}"
    }
}
