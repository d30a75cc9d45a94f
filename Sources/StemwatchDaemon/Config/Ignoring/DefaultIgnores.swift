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

    static let files: [Glob] = [
        // Hidden files: macOS side files (`._x.wav`), and temporary names of rsync, Syncthing, NFS and GLib.
        Glob(builtIn: ".*"), Glob(builtIn: "._*"), Glob(builtIn: ".DS_Store"), Glob(builtIn: "desktop.ini"),
        Glob(builtIn: "Thumbs.db"), Glob(builtIn: "ehThumbs.db"), Glob(builtIn: "~$*"),
        // Copies and downloads under way.
        Glob(builtIn: "*.tmp"), Glob(builtIn: "*.part"), Glob(builtIn: "*.partial"), Glob(builtIn: "*.crdownload"),
        Glob(builtIn: "*.download"), Glob(builtIn: "*.opdownload"), Glob(builtIn: "*.filepart"),
        Glob(builtIn: "*.aria2"),
        Glob(builtIn: "*.!qB"), Glob(builtIn: "*.!ut"), Glob(builtIn: "~syncthing~*"), Glob(builtIn: ".syncthing.*"),
        Glob(builtIn: ".nfs*"), Glob(builtIn: ".goutputstream-*"), Glob(builtIn: "*.lck"), Glob(builtIn: "*.swp"),
        // Side files of DAWs.
        Glob(builtIn: "*.asd"), Glob(builtIn: "*.reapeaks"), Glob(builtIn: "*.pkf"), Glob(builtIn: "*.sfk"),
        Glob(builtIn: "*.ovw"),
    ]

    static let directories: [Glob] = [
        // Every dot directory: `.~tmp~` of `rsync --delay-updates` shows complete files under their final names.
        Glob(builtIn: ".*"),
        // NAS systems.
        Glob(builtIn: "@eaDir"), Glob(builtIn: "@SynoEAStream"), Glob(builtIn: "#recycle"), Glob(builtIn: "#snapshot"),
        Glob(builtIn: ".@__thumb"), Glob(builtIn: ".zfs"), Glob(builtIn: ".snapshot"), Glob(builtIn: "lost+found"),
        // macOS.
        Glob(builtIn: "__MACOSX"), Glob(builtIn: ".AppleDouble"), Glob(builtIn: ".TemporaryItems"),
        Glob(builtIn: ".Spotlight-V100"), Glob(builtIn: ".Trashes"),
        // What synchronises and downloads.
        Glob(builtIn: ".stversions"), Glob(builtIn: ".stfolder"), Glob(builtIn: ".~tmp~"), Glob(builtIn: ".sync"),
        Glob(builtIn: "_UNPACK_*"), Glob(builtIn: "_FAILED_*"),
    ]
}
