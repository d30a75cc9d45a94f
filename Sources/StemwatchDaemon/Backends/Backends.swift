// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform
public import SystemPackage

/// Makes the backends that a configuration names.
public enum Backends {
    /// The model of the built-in separator, as the settings key and `stems.json` name it. Changed with every change
    /// that makes other stems of the same audio.
    public static let builtinModel = "masks-1"

    /// - Parameters:
    ///   - stateDirectory: absolute; the backend works below it, in ``WorkArea``.
    ///   - program: our own binary. `/proc/self/exe` stays the running version through an upgrade.
    /// - Throws: `config.invalid`.
    public static func make(
        settings: BackendSettings, stateDirectory: FilePath, program: FilePath
    ) throws(Failure) -> any Backend {
        let command: CommandSettings
        let own: Bool
        switch settings.kind {
        case .builtin: (command, own) = (builtin, true)
        case .command(let given): (command, own) = (given, false)
        case .stemlab(let service): return StemlabBackend(settings.name, service, stateDirectory: stateDirectory)
        }
        try command.validate()
        return LocalBackend(
            traits: BackendTraits(
                name: settings.name, kind: own ? .builtin : .command, model: command.model,
                stems: command.stems.map(\.name), billing: command.billed ? .billed : .free,
                sumsToMix: command.sumsToMix),
            command: command, program: own ? program : nil, template: try CommandTemplate(command.arguments),
            niceness: settings.niceness, timeout: settings.timeout, addressSpace: own ? builtinAddressSpace : nil,
            supervisor: program, workArea: WorkArea(stateDirectory: stateDirectory))
    }

    /// Our own program as a command like any other.
    private static let builtin = CommandSettings(
        arguments: [
            "stemwatch", "separate", "{input}", "--output", "{output}", "--stems", "{stems}", "--format", "wav",
        ],
        stems: StemName.standard.map { CommandSettings.StemFile(name: $0, file: "\($0.rawValue).wav") },
        model: builtinModel, sumsToMix: true)

    /// Bytes of address space, many times what it needs for a track of any length: a leak ends the program, not the
    /// machine.
    private static let builtinAddressSpace: UInt64 = 4 << 30
}
