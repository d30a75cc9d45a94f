// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI

/// The members of a request's body, each checked as the API's document says. Members that are not read are passed over.
///
/// `Decodable` is not used: a problem document points at the member that is wrong, with a form and a range of its own.
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
        try required(name, optionalText(name, form))
    }

    func optionalText(_ name: String, _ form: TextForm) throws(APIError) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw wrong(name, "it is not a text") }
        guard form.matches(text) else { throw wrong(name, "it is not \(form.noun)") }
        return text
    }

    func integer(_ name: String, _ range: ClosedRange<Int64>) throws(APIError) -> Int64 {
        try required(name, optionalInteger(name, range))
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
        try required(name, optionalWord(name, type))
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
        try required(name, optionalList(name, count, form))
    }

    private func required<Value>(_ name: String, _ value: Value?) throws(APIError) -> Value {
        guard let value else { throw wrong(name, "it is missing") }
        return value
    }
    private func wrong(_ name: String, _ what: String) -> APIError { .malformed("/body/\(name)", what) }
}
