// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

extension CommandSettings {
    /// Demucs (https://github.com/adefossez/demucs), 4.0 and later.
    ///
    /// Stems as 32-bit float and neither clipped nor rescaled, so that their levels stay those of the mix. `--shifts 0`: the
    /// same audio gives the same stems. WAV, since its FLAC needs ffmpeg and fails only after separating.
    static func demucs(_ options: PresetOptions) throws(Failure) -> CommandSettings {
        let model = options.model ?? "htdemucs"
        guard !model.isEmpty, !model.hasPrefix("-") else {
            throw invalid("\(Printable(model, limit: 128)) is no name of a Demucs model")
        }
        var arguments = [
            literal(options.program ?? "demucs"), "-n", "{model}", "-d", literal(options.device), "--shifts", "0",
            "--overlap", "0.25", "-j", "0", "--float32", "--clip-mode", "none",
        ]
        if let stem = options.twoStems { arguments += ["--two-stems", stem.rawValue] }
        arguments += options.extraArguments.map(literal)
        arguments += ["-o", "{output}", "--filename", "{{stem}}.{{ext}}", "--", "{input}"]

        // As Demucs names the folder of a model.
        let folder = String((model.hasPrefix("hf://") ? model.dropFirst(5) : model[...]).map { $0 == "/" ? "_" : $0 })
        var settings = CommandSettings(
            arguments: arguments, stems: try demucsStems(of: model, options.twoStems, folder: folder), preset: .demucs,
            model: model, environment: threadLimits(options.threads))
        settings.environment.merge(options.environment) { $1 }
        settings.threads = options.threads
        settings.passes = demucsModelCounts[model] ?? 1
        return settings
    }

    private static func demucsStems(
        of model: String, _ single: StemName?, folder: String
    ) throws(Failure) -> [StemFile] {
        let made = StemName.standard + (model == "htdemucs_6s" ? [.guitar, .piano] : [])
        guard let single else { return made.map { StemFile(name: $0, file: "\(folder)/\($0.rawValue).wav") } }
        guard made.contains(single), let rest = StemName(rawValue: "no_\(single.rawValue)") else {
            throw invalid("the Demucs model \(Printable(model, limit: 128)) makes no stem \(single)")
        }
        return [
            StemFile(name: single, file: "\(folder)/\(single.rawValue).wav"),
            // The field's name for a mix without its voice.
            StemFile(name: single == .vocals ? .instrumental : rest, file: "\(folder)/\(rest.rawValue).wav"),
        ]
    }

    /// Models that are several, each with a progress bar of its own.
    private static let demucsModelCounts = [
        "htdemucs_ft": 4, "mdx": 4, "mdx_q": 4, "mdx_extra": 4, "mdx_extra_q": 4,
    ]
}

extension StemName {
    static let guitar = Self(rawValue: "guitar")!
    static let piano = Self(rawValue: "piano")!
    static let instrumental = Self(rawValue: "instrumental")!
}
