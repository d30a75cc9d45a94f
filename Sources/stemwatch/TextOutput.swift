// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings

/// The texts that people read, made from the values that scripts get as JSON.
enum TextOutput {
    static func done(_ value: JSONValue) -> String { "done" }

    static func job(_ job: JSONValue) -> String {
        let state = word(job["state"]) + activity(job)
        var lines = ["\(word(job["job"]))  \(state)  \(word(job["folder"]))/\(word(job["path"]))"]
        if let message = job["message"]?.string { lines.append("  \(message)") }
        return (lines + prospects(job)).joined(separator: "\n")
    }

    /// What is being done for a job, behind its state: `, uploading 42 %`; ` 10 %` where the state says the rest.
    private static func activity(_ job: JSONValue) -> String {
        guard let activity = job["activity"]?.string else { return "" }
        return (activity == job["state"]?.string ? "" : ", \(Printable(activity))") + percent(job["progress"])
    }

    private static func percent(_ fraction: JSONValue?) -> String {
        fraction?.double.map { " \(Int($0 * 100)) %" } ?? ""
    }

    /// What comes of a job, and what can be done.
    private static func prospects(_ job: JSONValue) -> [String] {
        var lines: [String] = []
        if let hint = job["hint"]?.string { lines.append("  \(hint)") }
        if let retry = job["retry_at"]?.string { lines.append("  tried again at \(retry)") }
        if let output = job["output"]?.string { lines.append("  stems in \(Printable(output))") }
        return lines
    }

    static func jobs(_ jobs: JSONValue) -> String {
        let jobs = jobs.array ?? []
        return jobs.isEmpty ? "no jobs" : jobs.map(job).joined(separator: "\n")
    }

    static func configuration(_ report: JSONValue) -> String {
        let folders = report["folders"]?.array ?? []
        let count = "\(folders.count) folder\(folders.count == 1 ? "" : "s")"
        return (["\(word(report["file"])): good, \(count)"] + folders.map { "  " + route($0) }).joined(separator: "\n")
    }

    private static func route(_ folder: JSONValue) -> String {
        "\(word(folder["name"])): \(word(folder["path"])) → \(word(folder["output"])) by \(word(folder["backend"]))"
    }

    static func history(_ job: JSONValue) -> String {
        ([Self.job(job), facts(job)] + events(job["history"])).compactMap(\.self).joined(separator: "\n")
    }

    static func why(_ report: JSONValue) -> String {
        let verdict = "\(word(report["path"])): \(word(report["verdict"]))"
        return ([verdict] + (report["job"].map(prospects) ?? []) + lives(report["history"])).joined(separator: "\n")
    }

    static func limits(_ limits: JSONValue) -> String {
        let limits = limits.array ?? []
        if limits.isEmpty { return "no minute limits are configured" }
        return limits.map { limit in
            let scope = limit["folder"]?.string.map { "folder \(Printable($0))" } ?? "all folders"
            var line = "\(scope): \(word(limit["limit"])) \(minutes(limit["allowed_ms"]))"
            if limit["used_ms"]?.int != nil {
                line +=
                    ", used \(minutes(limit["used_ms"])), left \(minutes(limit["left_ms"])), anew at \(word(limit["renews"]))"
            }
            return line
        }.joined(separator: "\n")
    }

    static func account(_ account: JSONValue) -> String {
        let today = account["today"]
        let limits = account["limits"]
        var lines = [
            "balance   \(minutes(account["available_ms"]))", "reserved  \(minutes(account["reserved_ms"]))",
            "spent     \(minutes(account["spent_ms"]))",
        ]
        var day = "today     \(minutes(today?["spent_ms"]))"
        if today?["limit_ms"]?.int != nil {
            day += " of \(minutes(today?["limit_ms"])), anew at \(word(today?["resets_at"]))"
        }
        lines.append(day)
        if limits?["track_ms"]?.int != nil { lines.append("a track   up to \(minutes(limits?["track_ms"]))") }
        if let bytes = limits?["upload_bytes"]?.int {
            lines.append("a file    up to \(SizeNotation.text(bytes: bytes))")
        }
        if let jobs = limits?["concurrent_jobs"]?.int { lines.append("at once   up to \(jobs) jobs") }
        return lines.joined(separator: "\n")
    }

    static func status(_ status: JSONValue) -> String {
        var lines = ["daemon: \(word(status["daemon"]))" + (status["pid"]?.int.map { " (process \($0))" } ?? "")]
        if let trouble = status["trouble"]?["message"]?.string { lines.append("  nothing new is begun: \(trouble)") }
        for folder in status["folders"]?.array ?? [] { lines += folderLines(folder) }
        for backend in status["backends"]?.array ?? [] {
            if let trouble = backend["trouble"]?["message"]?.string {
                lines.append(
                    "backend \(word(backend["name"])): closed until \(word(backend["closed_until"])): \(trouble)")
            }
        }
        let counts = (status["jobs"]?.object ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value.int ?? 0) \($0.key)" }
        lines.append("jobs: " + (counts.isEmpty ? "none" : counts.joined(separator: ", ")))
        if let settling = status["settling"]?.int, settling > 0 { lines.append("settling: \(settling)") }
        for run in status["running"]?.array ?? [] {
            let progress = (run["progress"]?.double.map { " \(bar($0))" } ?? "") + percent(run["progress"])
            let doing = word(run["activity"]?.string == nil ? run["state"] : run["activity"])
            lines.append("  \(word(run["job"]))  \(doing)\(progress)  \(word(run["folder"]))/\(word(run["path"]))")
        }
        return lines.joined(separator: "\n")
    }

    private static func folderLines(_ folder: JSONValue) -> [String] {
        var line = "folder " + route(folder)
        if let watching = folder["watching"]?.string { line += ", \(watching)" }
        if let files = folder["files"]?.int { line += ", \(files) files at the last scan" }
        if folder["paused"]?.bool == true { line += ", paused" }
        var lines = [line]
        if let trouble = folder["trouble"]?["message"]?.string { lines.append("  not watched: \(trouble)") }
        if let hint = folder["trouble"]?["hint"]?.string { lines.append("  \(hint)") }
        if let reason = folder["reason"]?.string { lines.append("  \(reason)") }
        for unreadable in folder["unreadable"]?.array ?? [] { lines.append("  not read: \(word(unreadable))") }
        return lines
    }

    private static func facts(_ job: JSONValue) -> String? {
        guard job["minutes_ms"]?.int != nil else { return nil }
        return "  \(minutes(job["minutes_ms"])) by \(word(job["backend"]))"
    }

    /// The events of a file, job by job, the latest job last.
    private static func lives(_ history: JSONValue?) -> [String] {
        var jobs: [String] = []
        var events: [String: [JSONValue]] = [:]
        for event in history?.array ?? [] {
            let job = word(event["job"])
            if events[job] == nil { jobs.append(job) }
            events[job, default: []].append(event)
        }
        return jobs.flatMap { ["  job \($0)"] + Self.events(.array(events[$0] ?? [])) }
    }

    private static func events(_ history: JSONValue?) -> [String] {
        (history?.array ?? []).map { event in
            var line = "  \(word(event["at"]))  \(word(event["event"]))"
            if let code = event["failure"]?["code"]?.string { line += "  \(Printable(code))" }
            if let message = event["failure"]?["message"]?.string { line += "  \(Printable(message, limit: longest))" }
            return line
        }
    }

    /// `3:07.250` of whole milliseconds.
    static func minutes(_ value: JSONValue?) -> String {
        value?.int.map { AudioDuration(milliseconds: $0).description } ?? "?"
    }

    private static func bar(_ fraction: Double) -> String {
        let filled = Int(max(0, min(1, fraction)) * 20)
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled) + "]"
    }

    /// Bytes of a value that are shown: of a sentence about the longest path there can be, every word.
    private static let longest = 1 << 14

    private static func word(_ value: JSONValue?) -> String {
        value?.string.map { Printable($0, limit: longest).description } ?? "?"
    }
}
