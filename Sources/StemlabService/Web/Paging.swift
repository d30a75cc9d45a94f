// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A place in a list of numbered rows, newest first.
struct Paging: Sendable {
    let limit: Int
    /// Only rows whose number is smaller.
    let before: Int64?

    init(_ query: FormFields) throws(APIError) {
        limit = Int(try query.integer("limit", 1...100, default: 50))
        guard let cursor = try query.text("cursor", .cursor) else {
            before = nil
            return
        }
        guard let number = Int64(cursor), number > 0 else {
            throw .malformed("/query/cursor", "it is none of this service")
        }
        before = number
    }

    /// Rows to ask for: one more than are shown, which tells whether there is another page.
    var asked: Int { limit + 1 }

    /// What is shown of `rows`, and the cursor of the page that follows.
    func page<Row>(_ rows: [Row], number: (Row) -> Int64) -> (rows: [Row], next: String?) {
        guard rows.count > limit, let last = rows.prefix(limit).last else { return (rows, nil) }
        return (Array(rows.prefix(limit)), String(number(last)))
    }
}
