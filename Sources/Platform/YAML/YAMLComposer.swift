// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Builds nodes from events, within the bounds of ``YAMLDocument``.
struct YAMLComposer {
    private(set) var problems: [YAMLProblem] = []

    /// The root of the only document of `text`; `nil` when there is none or the syntax is broken.
    mutating func compose(_ text: UnsafeBufferPointer<UInt8>) -> YAMLNode? {
        do {
            var events = try YAMLEvents(text)
            return try document(&events)
        } catch {
            problems.append(error)
            return nil
        }
    }

    private mutating func document(_ events: inout YAMLEvents) throws(YAMLProblem) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return root
            case .streamStart, .documentEnd: continue
            case .documentStart:
                if root != nil {
                    throw YAMLProblem(
                        event.mark, "a second document begins here", hint: "remove the line --- and what follows it")
                }
            default: root = try node(event, &events, depth: 1)
            }
        }
    }

    private mutating func node(
        _ event: YAMLEvents.Event, _ events: inout YAMLEvents, depth: Int
    ) throws(YAMLProblem) -> YAMLNode {
        if depth > YAMLDocument.maximumDepth {
            throw YAMLProblem(event.mark, "values are nested more than \(YAMLDocument.maximumDepth) deep")
        }
        if let tag = event.tag {
            problems.append(
                YAMLProblem(
                    event.mark, "\(Printable(tag, limit: 80)) is a tag, which has no meaning here",
                    hint: "put a value that begins with ! in quotes"))
        }
        switch event.kind {
        case .scalar(let text, let style): return YAMLNode(.scalar(text, style), at: event.mark)
        case .sequenceStart: return YAMLNode(.sequence(try items(&events, depth: depth)), at: event.mark)
        case .mappingStart: return YAMLNode(.mapping(try entries(&events, depth: depth)), at: event.mark)
        case .alias(let name):
            throw YAMLProblem(
                event.mark, "*\(Printable(name, limit: 80)) is an alias, which has no meaning here",
                hint: "put a value that begins with * in quotes")
        default: throw YAMLProblem(event.mark, "there is no value here")
        }
    }

    private mutating func items(_ events: inout YAMLEvents, depth: Int) throws(YAMLProblem) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, &events, depth: depth + 1))
        }
    }

    private mutating func entries(_ events: inout YAMLEvents, depth: Int) throws(YAMLProblem) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var seen: [String: YAMLMark] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            let keyNode = try node(event, &events, depth: depth + 1)
            let value = try node(try events.next(), &events, depth: depth + 1)
            guard case .scalar(let key, _) = keyNode.content else {
                problems.append(YAMLProblem(keyNode.mark, "a key must be plain text, not a list or a group of keys"))
                continue
            }
            if let first = seen[key] {
                problems.append(
                    YAMLProblem(
                        keyNode.mark, "\(Printable(key, limit: 80)) stands here a second time",
                        hint: "it is already on line \(first.line); keep one of the two"))
                continue
            }
            seen[key] = keyNode.mark
            entries.append(YAMLEntry(key: key, at: keyNode.mark, value: value))
        }
    }
}
