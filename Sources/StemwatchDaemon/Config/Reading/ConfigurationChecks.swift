// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings
import SystemPackage

/// Checks that need all parts of the configuration.
struct ConfigurationChecks {
    let configuration: Configuration
    let marks: KeyGroup.Marks
    let folders: [FolderDraft]
    let backends: [BackendDraft]

    func run(_ problems: inout ProblemCollector) {
        checkTimeZone(&problems)
        checkRetry(&problems)
        checkNames(&problems)
        FolderLayout(folders, stateDirectory: configuration.stateDirectory)
            .check(stateDirectory: configuration.stateDirectory, mark: marks["state_dir"], &problems)
        for folder in folders {
            checkBackend(of: folder, &problems)
            checkGroup(of: folder, &problems)
        }
    }

    private func checkTimeZone(_ problems: inout ProblemCollector) {
        guard let zone = configuration.timeZone, let mark = marks["time_zone"] else { return }
        switch TimeZoneNames.knows(zone) {
        case true?: return
        case false?:
            problems.error(
                mark, "time_zone is \(Printable(zone, limit: 80)), which this machine does not know",
                hint: "write it as Europe/Berlin; timedatectl list-timezones shows all")
        case nil:
            problems.error(
                mark, "time_zone is \(Printable(zone, limit: 80)), but this machine has no time zones installed",
                hint: "apt-get install tzdata, or leave it out")
        }
    }

    private func checkRetry(_ problems: inout ProblemCollector) {
        let retry = configuration.retry
        if retry.first > retry.ceiling {
            problems.error(
                marks["retry"], "retry.first is more than retry.ceiling", hint: "lower first, or raise ceiling")
        }
        if retry.ceiling > retry.giveUpAfter {
            problems.error(
                marks["retry"], "retry.ceiling is more than retry.give_up_after",
                hint: "lower ceiling, or raise give_up_after")
        }
    }

    private func checkNames(_ problems: inout ProblemCollector) {
        var seen: [FolderName: FolderDraft] = [:]
        for folder in folders where !folder.folder.name.rawValue.isEmpty {
            guard let first = seen[folder.folder.name] else {
                seen[folder.folder.name] = folder
                continue
            }
            // The same path twice is reported as that.
            if first.folder.watch.root == folder.folder.watch.root { continue }
            problems.error(
                folder.mark(folder.marks["name"] == nil ? "path" : "name"),
                "two folders are called \(folder.folder.name), the other on line \(first.mark.line)",
                hint: "give one of them another name")
        }
    }

    private func checkBackend(of folder: FolderDraft, _ problems: inout ProblemCollector) {
        let name = folder.folder.backend
        guard let settings = configuration.backends[name] else {
            // One that is there, but wrong, was reported already.
            if backends.contains(where: { $0.settings.name == name }) { return }
            let known = Set(configuration.backends.keys.map(\.rawValue) + backends.map(\.settings.name.rawValue))
                .sorted()
            let near = NearMiss.of(name.rawValue, among: known).map { "did you mean \($0)?" }
            problems.error(
                folder.mark("backend"), "there is no backend \(Printable(name.rawValue, limit: 80))",
                hint: near ?? "there is \(Words.all(known)); more are added below backends")
            return
        }
        let made = settings.stemsMade
        for stem in folder.folder.stems ?? [] where !made.contains(stem) {
            let near = NearMiss.of(stem.rawValue, among: made.map(\.rawValue)).map { "did you mean \($0)?" }
            problems.error(
                folder.mark("stems"), "backend \(name) makes no stem \(stem)",
                hint: near ?? "it makes \(Words.all(made.map(\.rawValue)))")
        }
        if settings.kind == .builtin, folder.folder.intake.maximumChannels > 2 {
            problems.error(
                folder.mark("max_channels"),
                "max_channels is \(folder.folder.intake.maximumChannels), but the built-in separator takes mono and "
                    + "stereo",
                hint: "write 2 or less, or use another backend")
        }
    }

    /// A group may come later, by a directory service; a failed chown is no failure either.
    private func checkGroup(of folder: FolderDraft, _ problems: inout ProblemCollector) {
        guard let group = folder.folder.delivery.group, Permissions.group(group) == nil else { return }
        problems.warning(
            folder.mark("group"), "there is no group \(Printable(group, limit: 80)) on this machine",
            hint: "until there is, stems have the group of the output folder")
    }
}

extension BackendSettings {
    /// The stems it can make.
    var stemsMade: [StemName] {
        switch kind {
        case .builtin: StemName.standard
        case .command(let command): command.stems.map(\.name)
        case .stemlab(let service): service.stems
        }
    }
}
