// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings

extension ValueForm<String> {
    /// An address to listen on.
    static let address = scalar(
        "an address", advice: "write an address such as 127.0.0.1 or \"::1\", not a name", schema: .text(pattern: nil),
        write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            guard ClientAddress(text) != nil else { throw ValueProblem("which is no IP address") }
            return text
        })

    /// Scheme, host and perhaps a port.
    static let origin = scalar(
        "a URL", advice: "write it as https://stems.example.com", schema: .text(pattern: "^https?://"),
        write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
                throw ValueProblem("which does not begin with https:// or http://")
            }
            let host = text.drop { $0 != "/" }.dropFirst(2)
            if host.hasSuffix("/") { throw ValueProblem("which ends with a slash", hint: "take it off") }
            let isPlain = host.utf8.allSatisfy { TextForm.isAlphanumeric($0) || "-.:[]".utf8.contains($0) }
            guard !host.isEmpty, isPlain, text.utf8.count <= 200 else {
                throw ValueProblem("which is more than a scheme, a host and a port")
            }
            return text
        })

    /// Whom mails come from.
    static let sender = scalar(
        "an address", advice: "write it as stemlab@example.com", schema: .text(pattern: "@"), write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            guard text.hasSuffix("@localhost") || EmailAddress.form.matches(text) else {
                throw ValueProblem("which is no e-mail address")
            }
            return text
        })
}

extension ValueForm<String> {
    /// A model of Demucs. What answers call it is no longer than their document allows.
    static let demucsModel = scalar(
        "a model", advice: "write its name, such as htdemucs", schema: .text(pattern: nil), write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            guard DemucsModel(text) != nil, text.utf8.count <= 64, text.utf8.allSatisfy({ (33...126).contains($0) })
            else { throw ValueProblem("which is no name of a Demucs model") }
            return text
        })

    /// What PyTorch computes on.
    static let device = scalar(
        "a device", advice: "write cpu, cuda or cuda:1", schema: .text(pattern: "^(cpu|cuda(:[0-9]+)?)$"),
        write: YAMLText.scalar,
        parse: { text throws(ValueProblem) in
            let number = text.hasPrefix("cuda:") ? text.dropFirst(5) : "0"
            guard text == "cpu" || text == "cuda" || text.hasPrefix("cuda:"), (1...2).contains(number.utf8.count),
                number.utf8.allSatisfy({ (48...57).contains($0) })
            else { throw ValueProblem("which is none that Demucs is run on here") }
            return text
        })
}

extension ValueForm<AddressRange> {
    static let range = scalar(
        "a range of addresses", advice: "write it as 10.0.0.0/8 or \"fd00::/8\"", schema: .text(pattern: nil),
        write: { YAMLText.scalar($0.description) },
        parse: { text throws(ValueProblem) in
            guard let range = AddressRange(text) else { throw ValueProblem("which is no range of addresses") }
            return range
        })
}
