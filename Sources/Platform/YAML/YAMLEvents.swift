// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CYAML

/// libyaml's parser as a sequence of events, owning every piece of C memory: an event is copied and freed before the
/// caller sees it, the parser goes with this value.
struct YAMLEvents: ~Copyable {
    struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd
            case scalar(String, YAMLNode.Style)
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd
            case alias(String)
        }
        let kind: Kind
        /// An explicit tag such as `!!str`, with its `!` as written or expanded.
        let tag: String?
        let mark: YAMLMark
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeBufferPointer<UInt8>

    /// - Parameter text: must outlive this value; UTF-8 without a byte order mark.
    init(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
        self.text = text
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLProblem(.start, "there is no memory to read this file")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        // Also right after a failed initialisation, which leaves the parser zeroed.
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; `streamEnd` is the last.
    mutating func next() throws(YAMLProblem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLSyntax.problem(parser.pointee, in: text) }
        defer { yaml_event_delete(&event) }
        let mark = YAMLMark(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return Event(kind: .streamEnd, tag: nil, mark: mark)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, tag: nil, mark: mark)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, tag: nil, mark: mark)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(Self.text(event.data.alias.anchor) ?? ""), tag: nil, mark: mark)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            // By length: an escaped NUL may stand inside.
            let content = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return Event(kind: .scalar(content, Self.style(scalar.style)), tag: Self.text(scalar.tag), mark: mark)
        case YAML_SEQUENCE_START_EVENT:
            return Event(kind: .sequenceStart, tag: Self.text(event.data.sequence_start.tag), mark: mark)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, tag: nil, mark: mark)
        case YAML_MAPPING_START_EVENT:
            return Event(kind: .mappingStart, tag: Self.text(event.data.mapping_start.tag), mark: mark)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, tag: nil, mark: mark)
        default: return Event(kind: .streamStart, tag: nil, mark: mark)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }
}

extension YAMLMark {
    /// libyaml counts from 0.
    init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
