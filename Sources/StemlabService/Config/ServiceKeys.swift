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
            "public_url", .origin, \.publicURL,
            "How people and programs reach the service: what links in mails and signed URLs begin with."),
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
            "The certificate with its chain, in PEM. null: plain HTTP, behind a reverse proxy that does TLS."),
        .init("key", ValueForm<FilePath>.absolutePath.optional, \.key, "The certificate's key, in PEM."),
        .init(
            "insecure", .flag, \.insecure,
            "true: plain HTTP on any address. Passwords and audio then cross the network in clear."),
        .init(
            "trusted_proxies",
            ValueForm<AddressRange>.range.list("a list of ranges", example: "[10.0.0.0/8, \"fd00::/8\"]"),
            \.trustedProxies, "Reverse proxies whose X-Forwarded-For is believed. Nobody else's is."),
        .init("connections", .count(1...100_000), \.connections, "Connections at once."),
    ]

    private static let accounts: [ConfigurationKey<ServiceConfiguration.Accounts>] = [
        .init(
            "signup", .choice("a way to sign up"), \.signup,
            "open: anybody whose address is proved by a mail. closed: accounts are made with stemlab account add."),
        .init(
            "minutes", ValueForm<AudioDuration>.minutes.optional, \.minutes,
            "Minutes of audio that a new account is given. null: none."),
        .init(
            "attempts_per_hour", .count(1...10_000), \.attemptsPerHour,
            "Passwords that may be tried for one address, whoever tries them; and again as many by who is signed in."),
    ]

    private static let limits: [ConfigurationKey<AccountLimits>] = [
        .init("track", .audioLength(1000...86_400_000), \.track, "The longest track."),
        .init("upload", .size(1...107_374_182_400), \.uploadBytes, "The largest upload."),
        .init("concurrent_jobs", .count(1...100_000), \.concurrentJobs, "Jobs queued and running."),
        .init("open_uploads", .count(1...10_000), \.openUploads, "Uploads that no job uses yet."),
        .init(
            "a_day", ValueForm<AudioDuration>.audioLength(0...31_536_000_000).optional, \.day,
            "Audio for the jobs made in one day (UTC). null: no limit."),
    ]

    private static let separation: [ConfigurationKey<ServiceConfiguration.Separation>] = [
        .init("slots", .count(1...64), \.slots, "Jobs that run at once."),
        .init(
            "free_space", .size(0...1_000_000_000_000_000), \.freeBytes, "Uploads stop when less is free on the disk."),
    ]

    private static let mail: [ConfigurationKey<ServiceConfiguration.Mail>] = [
        .init(
            "outbox", ValueForm<FilePath>.absolutePath.optional, \.outbox,
            "The folder that mails are written into, each a file that stays for a week. null: outbox below state_dir."),
        .init("from", .sender, \.sender, "The address that mails come from."),
        .init("resend", group: resend, \.resend, "Sends mails through Resend in place of the outbox."),
    ]

    private static let resend: [ConfigurationKey<ServiceConfiguration.Resend>] = [
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

    private static let rates: [ConfigurationKey<ServiceConfiguration.Rates>] = [
        .init("address", .count(1...1_000_000), \.address, "From one IP address, or /64 of IPv6."),
        .init("signin", .count(1...1_000_000), \.signin, "Signing up and in, from one of those."),
        .init("account", .count(1...1_000_000), \.account, "With the tokens of one account."),
    ]
}
