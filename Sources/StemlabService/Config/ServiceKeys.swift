// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import Settings
import SystemPackage

/// The keys of `config/stemlab.yaml`: the reader and the documented file are made from these.
enum ServiceKeys {
    typealias Key = ConfigurationKey<ServiceConfiguration>

    static let all: [Key] = [
        .init(
            "state_dir", .absolutePath, \.stateDirectory,
            "Where the database, uploads, stems and mails are kept. It should be on an encrypted disk."),
        .init("log_level", .logLevel, \.logLevel, "trace, debug, info, notice, warning, error or critical."),
        .init(
            "public_url", ValueForm<String>.origin.optional, \.publicURL,
            """
            How people and programs reach it: what links in mails and signed URLs begin with. \
            null: where it listens.
            """),
        .init("listen", group: listen, \.listen, "Where the service listens."),
        .init("accounts", group: accounts, \.accounts, "Who may have an account, and what a new one gets."),
        .init("limits", group: limits, \.limits, "What an account may do; stemlab account limits changes it for one."),
        .init("separation", group: separation, \.separation, "What separates."),
        .init("mail", group: mail, \.mail, "Mails that prove addresses and set new passwords."),
        .init("rates", group: rates, \.rates, "Requests a minute; who sends more is told when to come again."),
    ]

    private static let listen: [ConfigurationKey<ServiceConfiguration.Listen>] = [
        .init(
            "address", .address, \.address,
            "An address of this machine. On any but loopback it takes a certificate, or insecure: true."),
        .init("port", .count(0...65_535), \.port, "0: any that is free."),
        .init(
            "certificate", ValueForm<FilePath>.absolutePath.optional, \.certificate,
            """
            The certificate with its chain, in PEM. With it, HTTP/2 is spoken too. \
            null: plain HTTP/1.1, behind a reverse proxy that does TLS.
            """
        ),
        .init("key", ValueForm<FilePath>.absolutePath.optional, \.key, "The certificate's key, in PEM."),
        .init(
            "insecure", .flag, \.insecure,
            "true: plain HTTP on any address. Passwords and audio then cross the network in clear."),
        .init(
            "trusted_proxies",
            ValueForm<AddressRange>.range.list("a list of ranges", example: "[10.0.0.0/8, \"fd00::/8\"]"),
            \.trustedProxies, "Reverse proxies whose X-Forwarded-For is believed. Nobody else's is."),
        .init(
            "connections", .count(1...100_000), \.connections,
            "Connections at once; an eighth of them, and 16 at least, from one address that is no trusted proxy."),
    ]

    private static let accounts: [ConfigurationKey<AccountSettings>] = [
        .init(
            "signup", .choice("a way to sign up"), \.signup,
            "open: anybody whose address is proved by a mail. closed: accounts are made with stemlab account add."),
        .init(
            "minutes", ValueForm<AudioDuration>.minutes.optional, \.minutes,
            "Minutes of audio that a new account is given. null: none."),
        .init(
            "attempts_per_hour", .count(1...10_000), \.attempts.quota,
            "Passwords that may be tried for one address, whoever tries them; and again as many by who is signed in."),
    ]

    private static let limits: [ConfigurationKey<AccountLimits>] = [
        .init("track", .audioLength(1000...86_400_000), \.track, "The longest track."),
        .init("upload", .size(1...107_374_182_400), \.uploadBytes, "The largest upload."),
        .init("concurrent_jobs", .count(1...100_000), \.concurrentJobs, "Jobs queued and running."),
        .init(
            "open_uploads", .count(1...10_000), \.openUploads,
            """
            Uploads that no job uses yet. All uploads that are there, also those of jobs, may be \
            upload times (open_uploads +
            concurrent_jobs) together.
            """),
        .init(
            "a_day", ValueForm<AudioDuration>.audioLength(0...31_536_000_000).optional, \.day,
            "Audio for the jobs made in one day (UTC). null: no limit."),
    ]

    private static let separation: [ConfigurationKey<SeparationSettings>] = [
        .init("slots", .count(1...64), \.slots, "Jobs that run at once."),
        .init(
            "free_space", .size(0...1_000_000_000_000_000), \.freeBytes, "Uploads stop when less is free on the disk."),
        .init(
            "compute", .choice("a way to separate"), \.compute,
            """
            builtin: needs nothing else. demucs: Demucs (4.1 or later), which is to be installed beside the service; \
            its stems
            are at 44.1 kHz, in stereo.
            """),
        .init(
            "demucs", group: demucs, \.demucs,
            "How Demucs is run: without a network, and with no files but these and its own."),
    ]

    private static let demucs: [ConfigurationKey<DemucsSettings>] = [
        .init(
            "program", .program, \.program,
            """
            Its whole path, or its name alone. It may read the folder that it is installed in, \
            so give it one of its own.
            """
        ),
        .init(
            "model", .demucsModel, \.model,
            "htdemucs, htdemucs_ft, htdemucs_6s (six stems), or one of models that makes the usual four."),
        .init(
            "device", .device, \.device,
            """
            What it computes on: cpu, cuda, cuda:1. With cuda there is no limit on memory: \
            a card maps far more than it uses.
            """
        ),
        .init("threads", .count(1...256), \.threads, "Processors that one separation uses."),
        .init(
            "models", ValueForm<FilePath>.absolutePath.optional, \.models,
            "A folder with models of your own (demucs --repo), which are code. null: those that Demucs knows."),
        .init(
            "cache", ValueForm<FilePath>.absolutePath.optional, \.cache,
            """
            The folder that has downloaded models. Fill it once: XDG_CACHE_HOME=/that/folder demucs -n htdemucs any.wav.
            null: none is looked for.
            """),
        .init(
            "readable", ValueForm<FilePath>.absolutePath.list("a list of folders", example: "[/opt/python]"),
            \.readable,
            "What else it may read and run, beside its installation and the system's programs."),
        .init(
            "memory", .size(268_435_456...17_592_186_044_416), \.memoryBytes,
            """
            The most address space of one separation: what the model takes, 1 GiB at least, \
            and 250 MiB for each minute of the
            track.
            """),
        .init(
            "timeout", .duration(.seconds(10) ... .seconds(30 * 86_400)), \.timeout,
            "A separation that takes longer is ended, and the job tried again or failed."),
    ]

    private static let mail: [ConfigurationKey<MailSettings>] = [
        .init(
            "outbox", ValueForm<FilePath>.absolutePath.optional, \.outbox,
            "The folder that mails are written into, each a file that stays for a week. null: outbox below state_dir."),
        .init("from", .sender, \.sender, "The address that mails come from."),
        .init("resend", group: resend, \.resend, "Sends mails through Resend in place of the outbox."),
    ]

    private static let resend: [ConfigurationKey<ResendSettings>] = [
        .init(
            "api_key", ValueForm<SecretSource>.secretSource.optional, \.apiKey,
            """
            Where the API key is kept: {from_file: /path}, {from_credential: NAME} (systemd's LoadCredential) or
            {from_env: NAME}. null: mails are written into the outbox.
            """),
        .init(
            "url", ValueForm<ServiceURL>.service.optional, \.url,
            "Another service with the same API. null: https://api.resend.com."),
        .init(
            "ca_file", ValueForm<FilePath>.absolutePath.optional, \.caFile,
            "Certificates (PEM) of a private authority that signed that one's. null: those the system trusts."),
    ]

    private static let rates: [ConfigurationKey<RateSettings>] = [
        .init("address", .count(1...1_000_000), \.address.quota, "From one IP address, or /64 of IPv6."),
        .init("signin", .count(1...1_000_000), \.signin.quota, "Signing up and in, from one of those."),
        .init("account", .count(1...1_000_000), \.account.quota, "With the tokens of one account."),
    ]
}

/// `config/stemlab.yaml`: every key with what it is for, at its default, made from the tables that the reader reads by.
enum ServiceConfigurationReference {
    static var text: String {
        var page = ReferencePage()
        page.prose(
            """
            stemlab: every key of the configuration, at its default. Remove the # before a key to change it.
            stemlab check --config FILE says what is wrong with a file. null is the same as leaving the key out.
            """)
        for key in ServiceKeys.all { page.key(key.description(of: ServiceConfiguration())) }
        return page.text
    }
}
