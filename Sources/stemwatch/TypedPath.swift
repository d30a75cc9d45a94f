// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import SystemPackage

/// A path as a person typed it: bytes. The parser knows only text, in which a name that is not UTF-8 is another name.
struct TypedPath: ExpressibleByArgument {
    let path: FilePath

    init(argument: String) {
        path =
            Self.words.first { String(decoding: $0, as: UTF8.self).utf8.elementsEqual(argument.utf8) }
            .map { FilePath(bytes: $0) } ?? FilePath(argument)
    }

    /// Below the working directory, if it does not begin at the root.
    func absolute() throws(Failure) -> FilePath {
        (path.isAbsolute ? path : try ThisProcess.workingDirectory().pushing(path)).lexicallyNormalized()
    }

    /// The command line's words as they were given, and what stands behind an `=` in them.
    private static var words: [ArraySlice<UInt8>] {
        (1..<max(1, Int(CommandLine.argc))).compactMap {
            CommandLine.unsafeArgv[$0].map { FilePath(platformString: $0) }
        }
        .flatMap { word in
            let bytes = word.bytes[...]
            return [bytes] + (bytes.firstIndex(of: UInt8(ascii: "=")).map { [bytes[($0 + 1)...]] } ?? [])
        }
    }
}
