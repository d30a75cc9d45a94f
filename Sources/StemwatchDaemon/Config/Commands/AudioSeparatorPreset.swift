// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

extension CommandSettings {
    /// audio-separator (https://github.com/nomadkaraoke/python-audio-separator), whose `--custom_output_names` came in
    /// 0.20.
    ///
    /// Most of its models split a voice from the rest; the Demucs models it runs make four stems, or six. Models are
    /// looked for in `AUDIO_SEPARATOR_MODEL_DIR`, and downloaded where they are missing.
    static func audioSeparator(_ options: PresetOptions) throws(Failure) -> CommandSettings {
        let model = options.model ?? "model_bs_roformer_ep_317_sdr_12.9755.ckpt"
        guard !model.isEmpty, !model.hasPrefix("-") else {
            throw invalid("\(Printable(model, limit: 128)) is no name of an audio-separator model")
        }
        let stems = try audioSeparatorStems(of: model, options.twoStems)
        let names = stems.map { "\"\($0.label)\":\"\($0.name.rawValue)\"" }.joined(separator: ",")
        var arguments = [
            literal(options.program ?? "audio-separator"), "--model_filename", "{model}", "--output_format", "WAV",
            "--output_dir", "{output}", "--custom_output_names", literal("{\(names)}"),
        ]
        arguments += options.extraArguments.map(literal) + ["{input}"]
        var settings = CommandSettings(
            arguments: arguments, stems: stems.map { StemFile(name: $0.name, file: "\($0.name.rawValue).wav") },
            preset: .audioSeparator, model: model, environment: threadLimits(options.threads))
        settings.environment.merge(options.environment) { $1 }
        settings.threads = options.threads
        return settings
    }

    /// - Returns: for each stem its name, and what the program calls it.
    private static func audioSeparatorStems(
        of model: String, _ single: StemName?
    ) throws(Failure) -> [(name: StemName, label: String)] {
        if let single, single != .vocals {
            throw invalid("audio-separator makes no pair of \(single) and the rest")
        }
        let four = [(StemName.vocals, "Vocals"), (.drums, "Drums"), (.bass, "Bass"), (.other, "Other")]
        let two = [(StemName.vocals, "Vocals"), (.instrumental, "Instrumental")]
        let isDemucs = model.contains("demucs")
        if isDemucs, single != nil {
            throw invalid("the model \(Printable(model, limit: 128)) makes no pair of vocals and the rest")
        }
        guard isDemucs else { return two }
        return model.contains("6s") ? four + [(.guitar, "Guitar"), (.piano, "Piano")] : four
    }
}
