// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage

extension Failure {
    /// Why a directory cannot be read or watched: `folder.missing`, `folder.unreadable`, or the failure that
    /// ``init(_:_:_:)`` makes of any other error.
    init(directory error: Errno, _ doing: String, _ path: FilePath) {
        switch error {
        case .noSuchFileOrDirectory:
            self.init(
                .folderMissing, "the directory \(Printable(path)) is not there", remedy: .hold(until: .surroundings))
        case .permissionDenied, .notPermitted:
            self.init(
                .folderUnreadable, "the directory \(Printable(path)) may not be read",
                hint: "give the user that this program runs as access to it", remedy: .hold(until: .surroundings))
        case .notDirectory, .tooManySymbolicLinkLevels:
            self.init(
                .folderUnreadable, "\(Printable(path)) is not a directory", hint: "links are not followed",
                remedy: .hold(until: .surroundings))
        case .ioError, .staleNFSFileHandle, .fileNameTooLong:
            self.init(
                .folderUnreadable,
                "\(doing) the directory \(Printable(path)) failed: \(error.description.lowercased())",
                remedy: .hold(until: .surroundings))
        default:
            self.init(error, "\(doing) the directory", path)
        }
    }
}
