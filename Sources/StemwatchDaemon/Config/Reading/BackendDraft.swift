// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Crypto
import Platform
import Settings

/// A backend as far as it was read.
struct BackendDraft {
    var settings: BackendSettings
    var type: BackendKind
    var requestsPerMinute: Int?
    var burst: Int?
    var command = CommandDraft()
    var stemlab = StemlabDraft()
    /// Where its name stands.
    var mark = YAMLMark.start
    var marks: KeyGroup.Marks = [:]
    /// Whether every key that stands there could be read.
    var isSound = true

    init(name: BackendName, type: BackendKind) {
        settings = BackendSettings(name: name, kind: .builtin)
        self.type = type
    }

    /// The place of a key, or of the backend when the key was left out.
    func mark(_ key: String) -> YAMLMark { marks[key] ?? mark }

    /// Reads one entry of `backends`; `nil` after reporting what is wrong.
    static func read(_ entry: YAMLEntry, _ problems: inout ProblemCollector) -> Self? {
        guard let kind = kind(of: entry, &problems) else { return nil }
        let errors = problems.errorCount
        var draft = Self(name: BackendName(rawValue: entry.key), type: kind)
        draft.mark = entry.keyMark
        draft.marks = KeyGroup.read(
            entry.value, "backend \(entry.key)", BackendKeys.all(of: kind), into: &draft, &problems)
        draft.isSound = problems.errorCount == errors
        if draft.isSound, draft.burst != nil, draft.requestsPerMinute == nil {
            problems.error(
                draft.mark("burst"), "burst stands here without requests_per_minute",
                hint: "add requests_per_minute, or leave burst out")
        }
        return draft
    }

    /// The type decides which keys there are, so it is read first.
    private static func kind(of entry: YAMLEntry, _ problems: inout ProblemCollector) -> BackendKind? {
        let isBuiltin = entry.key == BackendName.builtin.rawValue
        let isName = entry.key.utf8.allSatisfy { StemName(rawValue: String(UnicodeScalar($0))) != nil }
        guard isName, (1...32).contains(entry.key.utf8.count) else {
            problems.error(
                entry.keyMark, "\(Printable(entry.key, limit: 80)) cannot name a backend",
                hint: "use 1 to 32 lower-case letters, digits, _ and -")
            return nil
        }
        guard let entries = KeyGroup.entries(of: entry.value, "backend \(entry.key)", &problems) else { return nil }
        guard let type = entries.first(where: { $0.key == BackendKeys.type.name }) else {
            if isBuiltin { return .builtin }
            problems.error(entry.keyMark, "backend \(entry.key) has no type", hint: "write type: command or stemlab")
            return nil
        }
        guard let kind = ValueForm<BackendKind>.choice("a type of backend").read(type.value, "type", &problems)
        else {
            return nil
        }
        if isBuiltin, kind != .builtin {
            problems.error(
                type.value.mark, "the backend called builtin is the one inside stemwatch",
                hint: "give this one another name")
            return nil
        }
        return kind
    }

    /// The settings themselves; `nil` after reporting what is missing or cannot be.
    func finish(_ secrets: SecretReader, _ problems: inout ProblemCollector) -> BackendSettings? {
        // A value may be missing only because it could not be read.
        guard isSound else { return nil }
        var settings = settings
        if let requestsPerMinute { settings.rate = RateLimit(perMinute: requestsPerMinute, burst: burst ?? 1) }
        if type == .stemlab {
            guard let service = stemlab.settings(secrets, of: self, &problems) else { return nil }
            settings.kind = .stemlab(service)
        }
        guard type == .command else { return settings }
        guard let variables = secrets.reveal(command.environment, &problems) else { return nil }
        do throws(Failure) {
            settings.kind = .command(try command.settings(environment: variables, of: self, &problems))
        } catch {
            problems.error(mark, "backend \(settings.name): \(error.message)", hint: error.hint)
            return nil
        }
        return settings
    }
}

/// A program that separates, as far as it was read.
struct CommandDraft {
    var preset: CommandSettings.Preset?
    var model: String?
    var device: String?
    var threads = 1
    var twoStems: StemName?
    var program: String?
    var arguments: [String] = []
    var stems: [CommandSettings.StemFile]?
    var environment: [String: EnvironmentValue] = [:]
    var billed = false
    var sumsToMix: Bool?

    /// - Throws: `config.invalid` for what the program or its preset cannot do.
    func settings(
        environment: [String: Secret], of backend: BackendDraft, _ problems: inout ProblemCollector
    ) throws(Failure) -> CommandSettings {
        var settings: CommandSettings
        if let preset { settings = try expanded(preset, environment) } else { settings = try custom(environment) }
        if let stems { settings.stems = stems }
        if let sumsToMix { settings.sumsToMix = sumsToMix }
        settings.billed = billed
        settings.threads = threads
        if preset == nil {
            for (key, isThere) in [("device", device != nil), ("two_stems", twoStems != nil)] where isThere {
                problems.error(backend.mark(key), "\(key) goes with a preset alone", hint: "say it in arguments")
            }
        }
        try settings.validate()
        return settings
    }

    private func expanded(_ preset: CommandSettings.Preset, _ environment: [String: Secret]) throws(Failure)
        -> CommandSettings
    {
        var options = CommandSettings.PresetOptions()
        options.program = program
        options.model = model
        if let device { options.device = device }
        options.threads = threads
        options.twoStems = twoStems
        options.extraArguments = arguments
        options.environment = environment
        return try .preset(preset, options)
    }

    private func custom(_ environment: [String: Secret]) throws(Failure) -> CommandSettings {
        guard let program else {
            throw Failure(
                .configInvalid, "neither preset nor program is there", hint: "write preset: demucs, or name a program",
                remedy: .stop)
        }
        guard let stems else {
            throw Failure(
                .configInvalid, "nothing says where \(Printable(program, limit: 80)) leaves its stems",
                hint: "write stems: {vocals: vocals.wav, other: other.wav}", remedy: .stop)
        }
        return CommandSettings(
            arguments: [program] + arguments, stems: stems, model: model ?? backendModel(program),
            environment: environment)
    }

    /// Without a named model, the program and its arguments are the model: other arguments may give other stems. A
    /// billed program is its name alone, so that new arguments cost nothing: a new model name separates anew.
    private func backendModel(_ program: String) -> String {
        let name = String(program.split(separator: "/").last ?? "command")
        if arguments.isEmpty || billed { return name }
        let digest = Digest256(bytes: Array(SHA256.hash(data: Array(arguments.joined(separator: "\0").utf8))))!
        return name + "-" + digest.hex.prefix(8)
    }
}
