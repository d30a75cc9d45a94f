// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// Where things are in the directory of a job that a program separates.
extension ComputeWork {
    /// The sound of the upload, as a WAV of ours.
    var mix: FilePath { directory.appending("mix").appending("mix.wav") }
    /// All that the program may write in.
    var home: FilePath { directory.appending("home") }
    var temporary: FilePath { home.appending("tmp") }
    /// Where the program is told to put its stems.
    static let stemFolder: FilePath.Component = "stems"
}
