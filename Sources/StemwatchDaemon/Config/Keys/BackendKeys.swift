// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings
import SystemPackage

/// The keys of one backend.
enum BackendKeys {
    static let type = ConfigurationKey<BackendDraft>(
        "type", .choice("a type of backend"), \.type,
        """
        builtin: the separator inside stemwatch. command: another program on this machine. stemlab: a service \
        elsewhere.
        """
    )

    static func all(of kind: BackendKind) -> [ConfigurationKey<BackendDraft>] {
        switch kind {
        case .builtin: [type] + common + local
        case .command: [type] + command + common + local
        case .stemlab: [type] + stemlab + common
        }
    }

    static let common: [ConfigurationKey<BackendDraft>] = [
        .init("slots", .count(1...64), \.settings.slots, "Tracks separated at once."),
        .init(
            "requests_per_minute", ValueForm<Int>.count(1...60_000).optional, \.requestsPerMinute,
            "The most tracks handed over in a minute. null: no limit."),
        .init(
            "burst", ValueForm<Int>.count(1...60_000).optional, \.burst,
            "How many of them may come at once. null: one."),
    ]

    /// Of what runs on this machine.
    static let local: [ConfigurationKey<BackendDraft>] = [
        .init(
            "niceness", .count(0...19), \.settings.niceness,
            "CPU priority of its processes: 0 is that of everything else, 19 the lowest."),
        .init(
            "timeout", .duration(.seconds(1) ... .seconds(30 * 86_400)), \.settings.timeout,
            "A separation that takes longer is ended, and tried again later."),
    ]

    static let command: [ConfigurationKey<BackendDraft>] = [
        .init(
            "preset", ValueForm<CommandSettings.Preset>.choice("a preset").optional, \.command.preset,
            "demucs or audio-separator: fills in program, arguments and stems. null: say them below."),
        .init(
            "model", ValueForm<String>.text("the name of a model", example: "htdemucs").optional, \.command.model,
            """
            The model. null: the preset's, or the program with its arguments (if billed, without). Another one \
            separates anew.
            """
        ),
        .init(
            "device", ValueForm<String>.text("a device", example: "cpu or cuda").optional, \.command.device,
            "What Demucs computes on: cpu, cuda, cuda:1. null: cpu."),
        .init(
            "threads", .count(1...1024), \.command.threads, "How many threads one separation computes with."),
        .init(
            "two_stems", ValueForm<StemName>.stem.optional, \.command.twoStems,
            "With a preset: this stem and the rest, such as vocals, instead of all that the model makes."),
        .init(
            "program", ValueForm<String>.program.optional, \.command.program,
            "The program: its path, or a name to be found in PATH. null: the preset's."),
        .init(
            "arguments",
            ValueForm<String>.argument.list(
                "a list of arguments", example: "[\"--in\", \"{input}\", \"--out\", \"{output}\"]"),
            \.command.arguments,
            """
            Its arguments, one an item, no shell involved; {input} is the track, {output} the folder for the stems,
            {model} the model. With a preset: more options for it, such as ["--repo", /opt/models].
            """),
        .init(
            "stems", ValueForm<[CommandSettings.StemFile]>.stemFiles.optional, \.command.stems,
            "Where the program leaves each stem, below {output}, such as {vocals: vocals.wav}. null: the preset's."),
        .init(
            "environment", ValueForm<[String: EnvironmentValue]>.environment, \.command.environment,
            """
            Environment variables for it, on top of a minimal environment. A secret is not written here but named:
            {from_env: NAME}, {from_file: /path} or {from_credential: NAME} (systemd's LoadCredential).
            """),
        .init(
            "billed", .flag, \.command.billed,
            """
            Whether a run costs money: then a track is never handed over again by guess, and files already there \
            are held.
            """
        ),
        .init(
            "sums_to_mix", ValueForm<Bool>.flag.optional, \.command.sumsToMix,
            """
            Whether its stems add up to the track; checked on delivery if so. null: as the preset says, otherwise \
            false.
            """
        ),
    ]
    static let stemlab: [ConfigurationKey<BackendDraft>] = [
        .init(
            "url", ValueForm<ServiceURL>.service.optional, \.stemlab.url, isRequired: true,
            "Where the service is. Plain http is for a service on this very machine."),
        .init(
            "token_file", ValueForm<FilePath>.absolutePath.optional, \.stemlab.tokenFile,
            "The file with the token. null: in state_dir, where stemwatch login puts it."),
        .init(
            "token_credential", ValueForm<FilePath>.relativePath(example: "stems-token").optional,
            \.stemlab.tokenCredential,
            "In its place: the name of a systemd credential (LoadCredential)."),
        .init(
            "model", .text("a name", example: "htdemucs"), \.stemlab.model,
            "What it separates with, for stems.json. With another name, a track counts as not separated yet."),
        .init(
            "stems", ValueForm<StemName>.stem.list("a list of stems", example: "[vocals, drums]"), \.stemlab.stems,
            "The stems it makes, in the order they are written."),
        .init(
            "transfer_format", .choice("a format"), \.stemlab.transferFormat,
            "How stems travel: wav, or flac, which is half the size and of 24 bits at most."),
        .init(
            "sums_to_mix", .flag, \.stemlab.sumsToMix,
            "Whether its stems add up to the track; checked on delivery if so."),
        .init(
            "upload_kbps", ValueForm<Int>.count(64...10_000_000).optional, \.stemlab.uploadKilobits,
            "The most kilobits a second that an upload may take. null: as many as there are."),
        .init(
            "ca_file", ValueForm<FilePath>.absolutePath.optional, \.stemlab.caFile,
            "Certificates (PEM) of a private authority that signed the service's. null: those the system trusts."),
        .init(
            "stall_timeout", .duration(.seconds(1) ... .seconds(3600)), \.stemlab.stall,
            "A transfer in which nothing moves for so long is cut off; the next try goes on from there."),
    ]
}
