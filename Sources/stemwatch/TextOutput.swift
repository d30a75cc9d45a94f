// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemwatchDaemon

/// The texts that people read, made of the values that scripts get as JSON.
struct TextOutput: Sendable {
    let display: Display
    let moments: Moments

    func done(_: Done) -> String { "done" }

    func configuration(_ report: CheckReport) -> String {
        let count = "\(report.folders.count) folder\(report.folders.count == 1 ? "" : "s")"
        let table = TextTable(
            columns: [.init(title: ""), .init(title: "", isFlexible: true), .init(title: "")],
            rows: report.folders.map { folder in
                .init(cells: [.init(folder.name), .init("\(folder.path) → \(folder.output)"), .init(folder.backend)])
            })
        return (["\(report.file) is in order: \(count)"] + table.lines(display, indent: 2)).joined(separator: "\n")
    }

    func limits(_ limits: [LimitReport]) -> String {
        if limits.isEmpty { return "no minute limits are configured" }
        func minutes(_ milliseconds: Int64) -> String { AudioDuration(milliseconds: milliseconds).minutes }
        let table = TextTable(
            columns: [
                .init(title: "FOLDER"), .init(title: "LIMIT"), .init(title: "ALLOWED", isRight: true),
                .init(title: "USED", isRight: true), .init(title: "LEFT", isRight: true), .init(title: "STARTS ANEW"),
            ],
            rows: limits.map { limit in
                .init(cells: [
                    .init(limit.folder.map(Display.printable) ?? "all folders"), .init(limit.limit),
                    .init(minutes(limit.allowed)), .init(limit.used.map(minutes) ?? "–"),
                    .init(limit.left.map(minutes) ?? "–", limit.left == 0 ? .bad : nil),
                    .init(limit.renewsAt.flatMap { WallTime(rfc3339: $0) }.map(moments.text) ?? "for each track"),
                ])
            })
        return table.lines(display).joined(separator: "\n")
    }

    /// What comes of a failure: the sentence, and what to do about it.
    func problem(_ message: String?, _ hint: String?) -> [String] {
        [message, hint].compactMap { $0.map(Display.printable) }
    }
}
