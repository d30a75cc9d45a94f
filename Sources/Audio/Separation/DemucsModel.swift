// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A model of Demucs (https://github.com/adefossez/demucs), 4.0 and later: the program's arguments, and the files that
/// it writes.
public struct DemucsModel: Hashable, Sendable {
    /// `htdemucs`, …
    public let name: String

    /// - Returns: `nil` when Demucs cannot have a model of that name.
    public init?(_ name: String) {
        self.name = name
        guard !name.isEmpty, !name.hasPrefix("-"), ![".", ".."].contains(folder) else { return nil }
    }

    /// What it separates into: the usual four, and two more of the one model that has six.
    public var stems: [StemName] { StemName.standard + (name == "htdemucs_6s" ? [.guitar, .piano] : []) }

    /// The folder of the stems, below the output folder that Demucs gets.
    public var folder: String {
        String((name.hasPrefix("hf://") ? name.dropFirst(5) : name[...]).map { $0 == "/" ? "_" : $0 })
    }

    /// The number of models in it. Each shows a progress bar of its own.
    public var passes: Int { Self.bags.contains(name) ? 4 : 1 }

    private static let bags: Set = ["htdemucs_ft", "mdx", "mdx_q", "mdx_extra", "mdx_extra_q"]

    /// The arguments. Stems are 32-bit float, neither clipped nor rescaled, so that their levels match the mix. With
    /// `--shifts 0` the same audio gives the same stems. WAV, since FLAC output needs ffmpeg, and fails only after
    /// separating.
    /// - Parameter device: `cpu`, `cuda`, `cuda:1`, …
    public static func options(device: String) -> [String] {
        ["-d", device, "--shifts", "0", "--overlap", "0.25", "-j", "0", "--float32", "--clip-mode", "none"]
    }

    /// How files are named in ``folder``: `vocals.wav`.
    public static let naming = ["--filename", "{stem}.{ext}"]
}
