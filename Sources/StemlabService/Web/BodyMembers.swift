// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// The members of a request's body, each read by what the document says of it. What is not asked for is passed over.
struct BodyMembers: Sendable {
    private let members: [String: JSONValue]

    init(json bytes: [UInt8]) throws(APIError) {
        let value: JSONValue
        do throws(JSONProblem) { value = try JSONValue(parsing: bytes) } catch {
            throw .malformed("/body", "it is not JSON: \(error)")
        }
        guard let members = value.object else { throw .malformed("/body", "it is not a JSON object") }
        self.members = members
    }

    init(form: FormFields) { members = form.all.mapValues { .string($0) } }

    /// - Throws: `request.malformed` when it is missing, is no text, or not of this form.
    func text(_ name: String, _ form: TextForm) throws(APIError) -> String {
        guard let text = try optionalText(name, form) else { throw missing(name) }
        return text
    }

    func optionalText(_ name: String, _ form: TextForm) throws(APIError) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw wrong(name, "it is not a text") }
        guard form.matches(text) else { throw wrong(name, "it is not \(form.noun)") }
        return text
    }

    func integer(_ name: String, _ range: ClosedRange<Int64>) throws(APIError) -> Int64 {
        guard let number = try optionalInteger(name, range) else { throw missing(name) }
        return number
    }

    func optionalInteger(_ name: String, _ range: ClosedRange<Int64>) throws(APIError) -> Int64? {
        guard let value = members[name] else { return nil }
        // 5.0 is the whole number 5 in JSON Schema.
        guard let number = value.int ?? value.double.flatMap({ Int64(exactly: $0) }), range.contains(number) else {
            throw wrong(name, "it is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of a few words.
    func word<Word: RawRepresentable<String>>(_ name: String, _ type: Word.Type) throws(APIError) -> Word {
        guard let word = try optionalWord(name, type) else { throw missing(name) }
        return word
    }

    func optionalWord<Word: RawRepresentable<String>>(
        _ name: String, _ type: Word.Type
    ) throws(APIError) -> Word? {
        guard let value = members[name] else { return nil }
        guard let word = value.string.flatMap(Word.init(rawValue:)) else {
            throw wrong(name, "it is none of the words it may be")
        }
        return word
    }

    /// A list without repetitions; `nil` when it is not there.
    func optionalList(_ name: String, _ count: ClosedRange<Int>, _ form: TextForm) throws(APIError) -> [String]? {
        guard let value = members[name] else { return nil }
        guard let elements = value.array, count.contains(elements.count) else {
            throw wrong(name, "it is not a list of \(count.lowerBound) to \(count.upperBound)")
        }
        var texts: [String] = []
        for (i, element) in elements.enumerated() {
            guard let text = element.string, form.matches(text) else {
                throw wrong("\(name)/\(i)", "it is not \(form.noun)")
            }
            if texts.contains(text) { throw wrong("\(name)/\(i)", "it stands there twice") }
            texts.append(text)
        }
        return texts
    }

    func list(_ name: String, _ count: ClosedRange<Int>, _ form: TextForm) throws(APIError) -> [String] {
        guard let texts = try optionalList(name, count, form) else { throw missing(name) }
        return texts
    }

    private func missing(_ name: String) -> APIError { .malformed("/body/\(name)", "it is missing") }
    private func wrong(_ name: String, _ what: String) -> APIError { .malformed("/body/\(name)", what) }
}
