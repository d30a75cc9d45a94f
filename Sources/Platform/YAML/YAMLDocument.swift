// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A YAML text composed into nodes that know where they stand.
///
/// The YAML of configuration files: one document, UTF-8, no aliases (nothing expands), no tags, keys that are plain
/// text. Text that breaks these rules is a problem with line and column, in this program's words.
public struct YAMLDocument: Sendable {
    /// `nil`: the text is empty, or so broken that it has no usable values.
    public let root: YAMLNode?
    /// Every YAML problem, in the order of the text. All doubled keys are reported; nothing after a syntax error is.
    public let problems: [YAMLProblem]

    /// The largest text that is read, in bytes.
    public static let maximumSize = 1 << 20
    /// How deep values may be nested.
    public static let maximumDepth = 32

    /// - Parameter bytes: a byte order mark before them, as Windows editors write it, is passed over.
    public init(_ bytes: [UInt8]) {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        if let problem = YAMLText.problem(in: bytes) {
            root = nil
            problems = [problem]
            return
        }
        var composer = YAMLComposer()
        root = bytes.withUnsafeBufferPointer { text in composer.compose(text) }
        problems = composer.problems
    }
}
