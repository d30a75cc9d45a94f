// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform
import Settings
import SystemPackage

/// The keys at the top of the file, but for those that hold folders and backends.
enum TopKeys {
    /// The ones that are groups of a kind of their own.
    static let groups = ["defaults", "folders", "backends"]

    static let all: [ConfigurationKey<Configuration>] =
        daemon + [
            .init(
                "limits", group: LimitKeys.all, \.limits,
                "Minutes of audio for all folders together. Reserved before work starts; what exceeds them is held."),
            .init("retry", group: RetryKeys.all, \.retry, "When something that failed is tried again."),
        ]

    static let daemon: [ConfigurationKey<Configuration>] = [
        .init(
            "state_dir", .absolutePath, \.stateDirectory, needsRestart: true,
            "Where the ledger and work in progress are kept. STEMWATCH_STATE_DIR goes before it."),
        .init(
            "time_zone", ValueForm<String>.text("a time zone", example: "Europe/Berlin").optional, \.timeZone,
            needsRestart: true,
            "Where a day of minute limits begins, such as Europe/Berlin. null: the machine's own time zone."),
        .init("log_level", .logLevel, \.logLevel, "trace, debug, info, notice, warning, error or critical."),
        .init(
            "shutdown_grace", .duration(.zero ... .seconds(600)), \.shutdownGrace,
            "How long running work may take to come to a safe point when the daemon is stopped."),
        .init("intake_slots", .count(1...64), \.intakeSlots, "Files examined at once."),
    ]
}

/// Where each key belongs, for a message about one that is elsewhere.
enum KeyPlaces {
    static let all: [String: [String]] = {
        var places: [String: [String]] = [:]
        func add(_ names: [String], _ place: String) {
            for name in names { places[name, default: []].append(place) }
        }
        add(TopKeys.all.map(\.name) + TopKeys.groups, "at the top of the file")
        add(LimitKeys.all.map(\.name), "below limits")
        add(RetryKeys.all.map(\.name), "below retry")
        add(FolderKeys.own.map(\.name), "in a folder")
        add(FolderKeys.shared.map(\.name), "in a folder or below defaults")
        add(BackendKeys.common.map(\.name) + [BackendKeys.type.name], "in a backend")
        add(BackendKeys.local.map(\.name), "in a backend of type builtin or command")
        add(BackendKeys.command.map(\.name), "in a backend of type command")
        add(BackendKeys.stemlab.map(\.name), "in a backend of type stemlab")
        return places
    }()
}

extension ProblemCollector {
    /// For a file of the daemon's.
    static func ofDaemon(_ file: FilePath) -> Self {
        Self(file, places: KeyPlaces.all, reference: "config/stemwatch.yaml")
    }
}
