// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemwatchDaemon

/// The screen of `status`.
extension TextOutput {
    func status(_ status: StatusReport) -> String {
        let parts = [
            daemon(status), section("Folders", status.folders.flatMap(folder)), section("Backends", backends(status)),
            section("Jobs", jobs(status)), section("In hand", running(status.running ?? [])),
        ]
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : [display.color(title, .strong)] + lines.map { "  " + $0 }
    }

    private func daemon(_ status: StatusReport) -> [String] {
        guard let process = status.pid else {
            return [
                display.color("stemwatch is not running", .bad),
                "  what follows is from its configuration and its ledger; start it with: stemwatch run",
            ]
        }
        let since = status.startedAt.flatMap { WallTime(rfc3339: $0) }.map { " since \(moments.text($0))" } ?? ""
        let name = "stemwatch" + (status.version.map { " \(Display.printable($0))" } ?? "")
        let trouble = status.ledgerTrouble.map { ["nothing new is begun: \($0.message)"] + problem(nil, $0.hint) } ?? []
        return ["\(name) is \(display.color("running", .good))\(since), process \(process)"]
            + trouble.map { "  " + display.color($0, .bad) }
    }

    private func folder(_ folder: StatusReport.Folder) -> [String] {
        var facts = ["by \(Display.printable(folder.backend))"]
        if folder.trouble != nil { facts.append(display.color("not watched", .bad)) }
        if folder.paused { facts.append(display.color("paused", .waiting)) }
        if let files = folder.files { facts.append(files == 1 ? "1 file" : "\(files) files") }
        if folder.watching == "polling" { facts.append("polled") }
        let name = Display.printable(folder.name)
        var lines = [
            "\(display.color(name, .busy)): \(folder.path) → \(folder.output), " + facts.joined(separator: ", ")
        ]
        if let trouble = folder.trouble { lines += problem("not watched: \(trouble.message)", trouble.hint) }
        if let reason = folder.reason { lines.append("polled because \(Display.printable(reason))") }
        lines += (folder.unreadable ?? []).map { "not read: \(Display.printable($0))" }
        return lines.prefix(1) + lines.dropFirst().map { "  " + $0 }
    }

    /// Those that have something to say.
    private func backends(_ status: StatusReport) -> [String] {
        (status.backends ?? []).compactMap { backend in
            let name = Display.printable(backend.name)
            let closed = backend.closedUntil.flatMap { WallTime(rfc3339: $0) }.map {
                "\(name): resting until \(moments.text($0))"
                    + (backend.trouble.map { ": \(Display.printable($0.message))" } ?? "")
            }
            if let closed { return display.color(closed, backend.trouble == nil ? .waiting : .bad) }
            return backend.busy > 0 ? "\(name): \(backend.busy) of \(backend.slots) at work" : nil
        }
    }

    private func jobs(_ status: StatusReport) -> [String] {
        var counts: [(word: StateWord, count: Int)] = []
        for state in JobState.allCases {
            guard let count = status.jobs[state.rawValue], let word = StateWord(state.rawValue) else { continue }
            if let index = counts.firstIndex(where: { $0.word.word == word.word }) {
                counts[index].count += count
            } else {
                counts.append((word, count))
            }
        }
        let told = counts.map { display.color("\($0.count) \($0.word.word)", $0.word.color) }
        let settling = (status.settling ?? 0) > 0 ? ["\(status.settling ?? 0) still being written or settling"] : []
        let line = (told + settling).joined(separator: ", ")
        let attention = JobState.allCases.filter(\.needsAttention).compactMap { status.jobs[$0.rawValue] }.reduce(0, +)
        return [line.isEmpty ? "none" : line]
            + (attention > 0 ? ["stemwatch jobs tells what to do about those held, rejected or failed"] : [])
    }

    private func running(_ runs: [StatusReport.Run]) -> [String] {
        let table = TextTable(
            columns: [.init(title: ""), .init(title: ""), .init(title: "", isFlexible: true), .init(title: "")],
            rows: runs.map { run in
                .init(cells: [
                    .init(run.activity ?? StateWord(run.state)?.word ?? run.state, .busy),
                    .init(run.progress.map { "\(Self.bar($0)) \(Int($0 * 100)) %" } ?? ""),
                    .init(Display.printable("\(run.folder)/\(run.path)")), .init(run.job, .quiet),
                ])
            })
        return table.lines(display)
    }

    static func bar(_ fraction: Double, width: Int = 20) -> String {
        let filled = Int(max(0, min(1, fraction)) * Double(width))
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
    }
}
