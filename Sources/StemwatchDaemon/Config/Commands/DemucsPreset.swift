// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

extension CommandSettings {
    /// Demucs, as ``DemucsModel`` has it.
    static func demucs(_ options: PresetOptions) throws(Failure) -> CommandSettings {
        let name = options.model ?? "htdemucs"
        guard let model = DemucsModel(name) else {
            throw invalid("\(Printable(name, limit: 128)) is no name of a Demucs model")
        }
        var arguments = [literal(options.program ?? "demucs"), "-n", "{model}"]
        arguments += DemucsModel.options(device: options.device).map(literal)
        if let stem = options.twoStems { arguments += ["--two-stems", stem.rawValue] }
        arguments += options.extraArguments.map(literal)
        arguments += ["-o", "{output}"] + DemucsModel.naming.map(literal) + ["--", "{input}"]

        var settings = CommandSettings(
            arguments: arguments, stems: try demucsStems(of: model, options.twoStems), preset: .demucs, model: name,
            environment: threadLimits(options.threads))
        settings.environment.merge(options.environment) { $1 }
        settings.threads = options.threads
        settings.passes = model.passes
        return settings
    }

    private static func demucsStems(of model: DemucsModel, _ single: StemName?) throws(Failure) -> [StemFile] {
        let folder = model.folder
        guard let single else { return model.stems.map { StemFile(name: $0, file: "\(folder)/\($0.rawValue).wav") } }
        guard model.stems.contains(single), let rest = StemName(rawValue: "no_\(single.rawValue)") else {
            throw invalid("the Demucs model \(Printable(model.name, limit: 128)) makes no stem \(single)")
        }
        return [
            StemFile(name: single, file: "\(folder)/\(single.rawValue).wav"),
            // The usual name of a mix without its voice.
            StemFile(name: single == .vocals ? .instrumental : rest, file: "\(folder)/\(rest.rawValue).wav"),
        ]
    }
}

extension StemName {
    static let instrumental = Self(rawValue: "instrumental")!
}
