// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Names that are never songs, whatever their extension: temporary names of programs that move files, side files of
/// players, desktops, NAS systems and DAWs. They come from the issue trackers of programs that watch folders. Each has
/// cost a user minutes (`@eaDir/x.wav`, `._x.wav`) or is half a file (`x.wav.part`).
enum DefaultIgnores {
    /// Containers and codecs that the decoders here read.
    static let extensions = [
        "wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "caf", "au", "snd", "flac", "ogg", "oga", "opus",
        "mp3",
    ]

    static let files = globs([
        // Hidden files: macOS side files (`._x.wav`), and temporary names of rsync, Syncthing, NFS and GLib.
        ".*", "._*", ".DS_Store", "desktop.ini", "Thumbs.db", "ehThumbs.db", "~$*",
        // Copies and downloads under way.
        "*.tmp", "*.part", "*.partial", "*.crdownload", "*.download", "*.opdownload", "*.filepart", "*.aria2",
        "*.!qB", "*.!ut", "~syncthing~*", ".syncthing.*", ".nfs*", ".goutputstream-*", "*.lck", "*.swp",
        // Side files of DAWs.
        "*.asd", "*.reapeaks", "*.pkf", "*.sfk", "*.ovw",
    ])

    static let directories = globs([
        // Every dot directory: `.~tmp~` of `rsync --delay-updates` shows complete files under their final names.
        ".*",
        // NAS systems.
        "@eaDir", "@SynoEAStream", "#recycle", "#snapshot", ".@__thumb", ".zfs", ".snapshot", "lost+found",
        // macOS.
        "__MACOSX", ".AppleDouble", ".TemporaryItems", ".Spotlight-V100", ".Trashes",
        // What synchronises and downloads.
        ".stversions", ".stfolder", ".~tmp~", ".sync", "_UNPACK_*", "_FAILED_*",
    ])

    private static func globs(_ patterns: [StaticString]) -> [Glob] { patterns.map { Glob(builtIn: $0) } }
}
