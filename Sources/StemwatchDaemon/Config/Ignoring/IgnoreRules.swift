// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Whether a name is watched.
public enum IgnoreVerdict: Hashable, Sendable {
    case watched
    /// `rule` is for `stemwatch why`: the pattern and where it comes from.
    case ignored(by: String)
}

/// Which names are ignored, and by which rule: an allow-list of audio extensions, and globs over file and directory
/// names, the built-in ones and the user's. What is below an ignored directory is never looked at: it may hold many
/// files.
public struct IgnoreRules: Hashable, Sendable {
    private struct Rule: Hashable, Sendable {
        let glob: Glob
        let description: String
    }

    /// Lower case, without the dot.
    private let extensions: [[UInt8]]
    private let files: [Rule]
    private let directories: [Rule]
    private let extensionRule: String

    /// The extensions taken when none are configured.
    public static let defaultExtensions = DefaultIgnores.extensions

    /// The built-in rules alone.
    public init() { self.init(extensions: Self.defaultExtensions, files: [], directories: []) }

    /// - Parameters:
    ///   - extensions: taken instead of the default ones; in any case, with or without a dot.
    ///   - patterns: added to the built-in ones, for files and directories; those that end in `/` for directories only.
    /// - Throws: `config.invalid` for a pattern that is none; see ``Glob``.
    public init(extensions: [String] = Self.defaultExtensions, ignoring patterns: [String]) throws(Failure) {
        var files: [Glob] = []
        var directories: [Glob] = []
        for pattern in patterns {
            let directoryOnly = pattern.hasSuffix("/")
            let glob = try Glob(directoryOnly ? String(pattern.dropLast()) : pattern)
            directories.append(glob)
            if !directoryOnly { files.append(glob) }
        }
        self.init(extensions: extensions, files: files, directories: directories)
    }

    private init(extensions: [String], files: [Glob], directories: [Glob]) {
        let names = extensions.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }
        self.extensions = names.map { $0.utf8.map(Self.folded) }
        extensionRule = "the audio extensions: " + names.joined(separator: " ")
        self.files = Self.rules(DefaultIgnores.files, files)
        self.directories = Self.rules(DefaultIgnores.directories, directories)
    }

    private static func rules(_ ours: [Glob], _ users: [Glob]) -> [Rule] {
        ours.map { Rule(glob: $0, description: "\($0.text) (built in)") }
            + users.map { Rule(glob: $0, description: "\($0.text) (configured)") }
    }

    /// Of a file, by its name alone.
    public func verdict(file name: FilePath.Component) -> IgnoreVerdict {
        name.withBytes { bytes in
            // A matching pattern is a better reason for a person than the extension, so patterns are checked first.
            for rule in files where rule.glob.matches(bytes) { return .ignored(by: rule.description) }
            return hasAudioExtension(bytes) ? .watched : .ignored(by: extensionRule)
        }
    }

    /// Of a directory, by its name alone.
    public func verdict(directory name: FilePath.Component) -> IgnoreVerdict {
        name.withBytes { bytes in
            for rule in directories where rule.glob.matches(bytes) { return .ignored(by: rule.description) }
            return .watched
        }
    }

    /// Of a file by its path relative to the watched folder: the first directory on the way that is ignored decides,
    /// then its own name.
    public func verdict(path: FilePath) -> IgnoreVerdict {
        var walked = FilePath()
        for name in path.components.dropLast() {
            walked.append(name)
            if case .ignored(let rule) = verdict(directory: name) {
                return .ignored(by: "\(rule), at the directory \(Printable(walked))")
            }
        }
        return path.lastComponent.map { verdict(file: $0) } ?? .watched
    }

    private func hasAudioExtension(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return false }
        let ending = name[(dot + 1)...]
        return extensions.contains { $0.count == ending.count && $0.elementsEqual(ending.lazy.map(Self.folded)) }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
