// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import StemwatchDaemon

struct ConfigurationChangeTests {
    private func configuration(_ text: String, environment: [String: String] = [:]) throws -> Configuration {
        try ConfigurationReading(Array(text.utf8), file: "s.yaml", environment: environment).get()
    }

    @Test func `each difference is a sentence, and mentions when it needs a restart`() throws {
        let old = try configuration(
            """
            state_dir: /a
            limits: {minutes_per_day: 120}
            folders:
              - {path: /srv/inbox, settle: 5s}
              - path: /srv/old
            backends:
              builtin: {requests_per_minute: 10}
              gone: {type: command, preset: demucs}
            """)
        let new = try configuration(
            """
            state_dir: /b
            time_zone: Etc/UTC
            limits: {minutes_per_day: 90.5}
            folders:
              - {path: /srv/inbox, settle: 10s, stems: [vocals], ignore: ["*.bak"]}
              - path: /srv/new
            backends:
              builtin: {slots: 2}
            """)
        let changes = ConfigurationChange.list(from: old, to: new)
        #expect(
            changes.map(\.sentence) == [
                "state_dir: /a, now /b (when the daemon is started again)",
                "time_zone: null, now Etc/UTC (when the daemon is started again)",
                "limits: {minutes_per_day: 120, minutes_per_month: null, minutes_per_track: null}, now {minutes_per_day: 90.5, minutes_per_month: null, minutes_per_track: null}",
                "stems of folder inbox: null, now [vocals]",
                "settle of folder inbox: 5s, now 10s",
                "ignore of folder inbox: [], now [\"*.bak\"]",
                "folder new: new",
                "folder old: gone",
                "slots of backend builtin: 1, now 2",
                "requests_per_minute of backend builtin: 10, now null",
                "burst of backend builtin: 1, now null",
                "backend gone: gone",
            ])
        #expect(changes.map(\.needsRestart) == [true, true] + Array(repeating: false, count: 10))
        #expect(ConfigurationChange.list(from: old, to: old) == [])
    }

    @Test func `a changed secret is a change, and is not shown`() throws {
        let text = """
            backends: {m: {type: command, preset: demucs, environment: {T: {from_env: T}}}}
            folders: [{path: /srv/inbox}]
            """
        let changes = ConfigurationChange.list(
            from: try configuration(text, environment: ["T": "hunter1"]),
            to: try configuration(text, environment: ["T": "hunter2"]))
        #expect(changes.map(\.sentence) == ["backend m: runs something else"])
    }
}
