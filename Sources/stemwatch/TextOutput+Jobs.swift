// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemwatchDaemon

/// Jobs, and what happened to them.
extension TextOutput {
    func jobs(_ jobs: [JobSummary]) -> String {
        if jobs.isEmpty { return "no jobs" }
        let table = TextTable(
            columns: [
                .init(title: "TIME"), .init(title: "STATE"), .init(title: "LENGTH", isRight: true),
                .init(title: "TRACK", isFlexible: true), .init(title: "JOB"), .init(title: "NEXT", isFlexible: true),
            ],
            rows: jobs.map { job in
                .init(
                    cells: [
                        .init(WallTime(rfc3339: job.updatedAt).map(moments.clock) ?? job.updatedAt),
                        .init(state(job), StateWord(job.state)?.color),
                        .init(job.milliseconds.map(Moments.length) ?? "–"), .init(track(job)), .init(job.job, .quiet),
                        .init(next(job)),
                    ], details: problem(job.message, job.hint))
            })
        return table.lines(display).joined(separator: "\n")
    }

    /// One job after an order.
    func job(_ job: JobSummary) -> String {
        ([track(job) + ": " + display.color(state(job), StateWord(job.state)?.color)]
            + facts(job).map { "  " + $0 }).joined(separator: "\n")
    }

    func show(_ job: JobSummary) -> String {
        ([self.job(job)] + [""] + events(job.history ?? [])).joined(separator: "\n")
    }

    func why(_ report: PathReport) -> String {
        var lines = ["\(report.path): \(Display.printable(report.verdict))"]
        if let job = report.job { lines += (problem(nil, job.hint) + prospects(job)).map { "  " + $0 } }
        return (lines + lives(report.history)).joined(separator: "\n")
    }

    /// `inbox/Album/song.wav`.
    func track(_ job: JobSummary) -> String { Display.printable("\(job.folder)/\(job.path)") }

    /// `separating 42 %`.
    private func state(_ job: JobSummary) -> String {
        guard let activity = job.activity else { return StateWord(job.state)?.word ?? Display.printable(job.state) }
        return Display.printable(activity) + (job.fraction.map { " \(Int($0 * 100)) %" } ?? "")
    }

    private func facts(_ job: JobSummary) -> [String] {
        let length = job.milliseconds.map { "length \(Moments.length($0))" }
        let backend = job.backend.map { "separated by \(Display.printable($0))" }
        let heading = ["job \(job.job)", length, backend].compactMap(\.self).joined(separator: ", ")
        return [heading] + problem(job.message, job.hint) + prospects(job)
    }

    /// When it goes on, and where its stems are.
    private func prospects(_ job: JobSummary) -> [String] {
        let retry = job.retryAt.flatMap { WallTime(rfc3339: $0) }.map { "tried again \(moments.text($0))" }
        return [retry, job.output.map { "stems in \(Display.printable($0))" }].compactMap(\.self)
    }

    /// What happens to it next, or where its stems are.
    private func next(_ job: JobSummary) -> String {
        if let retry = job.retryAt.flatMap({ WallTime(rfc3339: $0) }) { return "tried again \(moments.text(retry))" }
        switch JobState(rawValue: job.state) {
        case .found: return "is checked"
        case .queued: return "is separated"
        case .submitting, .submitted, .separating, .returning: return "stems are delivered"
        case .delivered, .released: return job.output.map { "stems in \(Display.printable($0))" } ?? "done"
        case .held: return job.until == "surroundings" ? "goes on once that is put right" : "waits for you"
        case .failed: return "waits for you"
        case .rejected, .cancelled, nil: return "nothing"
        }
    }

    /// The events of a file, job by job, the latest job last.
    private func lives(_ history: [HistoryEvent]) -> [String] {
        var jobs: [String] = []
        var events: [String: [HistoryEvent]] = [:]
        for event in history {
            if events[event.job] == nil { jobs.append(event.job) }
            events[event.job, default: []].append(event)
        }
        return jobs.flatMap { ["  job \(Display.printable($0))"] + self.events(events[$0] ?? []) }
    }

    private func events(_ history: [HistoryEvent]) -> [String] {
        let table = TextTable(
            columns: [.init(title: ""), .init(title: "")],
            rows: history.map { event in
                let failure = event.failure.map { ": \($0)" } ?? ""
                let code = event.code.map { " (\($0))" } ?? ""
                let retry = event.retryAt.map { ", tried again \(moments.text($0))" } ?? ""
                return .init(cells: [
                    .init(event.at.map(moments.exact) ?? "", .quiet),
                    .init(StateWord.event(event.name) + Display.printable(failure + code) + retry),
                ])
            })
        return table.lines(display, indent: 2)
    }
}

/// States and events in the words of people.
struct StateWord {
    let word: String
    let color: Display.Color?

    /// `nil` for a state of another version.
    init?(_ state: String) {
        guard let state = JobState(rawValue: state) else { return nil }
        (word, color) =
            switch state {
            case .found: ("found", nil)
            case .queued: ("waiting", .waiting)
            case .submitting: ("submitting", .busy)
            case .submitted, .separating: ("separating", .busy)
            case .returning: ("delivering", .busy)
            case .delivered, .released: ("delivered", .good)
            case .held: ("held", .bad)
            case .rejected: ("rejected", .bad)
            case .failed: ("failed", .bad)
            case .cancelled: ("cancelled", .quiet)
            }
    }

    /// What happened, from the ledger's word for it.
    static func event(_ name: String) -> String {
        switch name {
        case "queued": "checked, waiting"
        case "submitted": "handed over"
        case "returning": "separated"
        case "disposed": "source settled"
        case "released": "finished"
        case "deferred": "put off"
        case "refunded": "minutes given back"
        case "checkpoint": "step saved"
        case "snapshot": "earlier events left out"
        default: Display.printable(name)
        }
    }
}
