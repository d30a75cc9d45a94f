// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import Settings
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

struct ConfigurationReaderTests {
    private func reading(_ text: String, environment: [String: String] = [:]) -> ConfigurationReading {
        ConfigurationReading(Array(text.utf8), file: "s.yaml", environment: environment)
    }

    private func problems(_ text: String, environment: [String: String] = [:]) -> [String] {
        reading(text, environment: environment).problems.map(\.description)
    }

    /// A file with one good folder, and `keys` in it.
    private func folder(_ keys: String...) -> String {
        "folders:\n  - path: /srv/inbox\n" + keys.map { "    \($0)\n" }.joined()
    }

    // Accepted configurations

    @Test func `a folder with only a path gets its name, its output beside it, and every default`() throws {
        let configuration = try reading("folders:\n  - path: /srv/music/New Mixes\n").get()
        #expect(configuration.stateDirectory == "/var/lib/stemwatch")
        #expect(configuration.backends == [.builtin: BackendSettings(name: .builtin, kind: .builtin)])
        let folder = try #require(configuration.folders.first)
        var expected = FolderConfiguration(
            watch: WatchSettings(folder: FolderName(rawValue: "New Mixes"), root: "/srv/music/New Mixes"),
            delivery: DeliverySettings(output: "/srv/music/New Mixes-stems"))
        expected.watch.ignore = IgnoreRules()
        #expect(folder == expected)
    }

    @Test func `every key reaches its setting`() throws {
        let configuration = try reading(
            """
            state_dir: /data/state
            time_zone: Etc/UTC
            log_level: debug
            shutdown_grace: 1m30s
            intake_slots: 4
            limits: {minutes_per_day: 120, minutes_per_month: 90.5, minutes_per_track: 0.001}
            retry: {first: 500ms, ceiling: 2h, give_up_after: 1d12h}
            defaults:
              format: flac
              settle: 7s
              limits: {minutes_per_day: 10, minutes_per_track: 5}
            backends:
              builtin: {slots: 2, niceness: 19, requests_per_minute: 30, burst: 5, timeout: 1h}
              mine:
                type: command
                program: /opt/sep
                arguments: ["--in", "{input}", "--out", "{output}"]
                stems: {vocals: v.wav, drums: d.wav}
                model: big
                environment: {MODE: fast, TOKEN: {from_env: MY_TOKEN}}
                billed: true
                sums_to_mix: true
            folders:
              - path: /srv/in//deep/./x/
                name: main
                output: /srv/out
                backend: mine
                stems: [drums, vocals]
                duplicates: skip
                existing_files: hold
                limits: {minutes_per_day: 20}
                watch: poll
                poll_interval: 1m
                rescan: 1h
                settle_polled: 20s
                incomplete_after: 2d
                marker: .mounted
                ignore: ["*.bak", "Drafts/"]
                extensions: [WAV, flac]
                max_size: 200MB
                max_duration: 10m
                min_duration: 5s
                max_channels: 1
                source: move
                move_to: /srv/done
                group: "0"
                mode: 0660
                problem_notes: false
            """, environment: ["MY_TOKEN": "hunter2"]
        ).get()
        #expect(configuration.stateDirectory == "/data/state")
        #expect(configuration.timeZone == "Etc/UTC")
        #expect(configuration.logLevel == .debug)
        #expect(configuration.shutdownGrace == .seconds(90))
        #expect(configuration.intakeSlots == 4)
        #expect(configuration.limits.perDay?.milliseconds == 7_200_000)
        #expect(configuration.limits.perMonth?.milliseconds == 5_430_000)
        #expect(configuration.limits.perTrack?.milliseconds == 60)
        #expect(configuration.retry.first == .milliseconds(500))
        #expect(configuration.retry.ceiling == .seconds(7200))
        #expect(configuration.retry.giveUpAfter == .seconds(36 * 3600))

        let builtin = try #require(configuration.backends[.builtin])
        #expect(builtin.slots == 2 && builtin.niceness == 19 && builtin.timeout == .seconds(3600))
        #expect(builtin.rate == RateLimit(perMinute: 30, burst: 5))
        guard case .command(let command) = configuration.backends[BackendName(rawValue: "mine")]?.kind else {
            Issue.record("no command")
            return
        }
        #expect(command.arguments == ["/opt/sep", "--in", "{input}", "--out", "{output}"])
        #expect(command.stems == [.init(name: .vocals, file: "v.wav"), .init(name: .drums, file: "d.wav")])
        #expect(command.model == "big" && command.billed && command.sumsToMix)
        #expect(command.environment == ["MODE": Secret("fast"), "TOKEN": Secret("hunter2")])

        let folder = try #require(configuration.folders.first)
        #expect(folder.watch.root == "/srv/in/deep/x")
        #expect(folder.name.rawValue == "main")
        #expect(folder.delivery.output == "/srv/out")
        #expect(folder.delivery.format == .flac)
        #expect(folder.backend.rawValue == "mine")
        #expect(folder.stems == [.drums, .vocals])
        #expect(folder.duplicates == .skip)
        #expect(folder.existing == .hold)
        #expect(folder.limits.perDay?.milliseconds == 1_200_000)
        #expect(folder.limits.perTrack?.milliseconds == 300_000)
        #expect(folder.watch.mode == .poll)
        #expect(folder.watch.pollInterval == .seconds(60))
        #expect(folder.watch.rescanInterval == .seconds(3600))
        #expect(folder.settling.settle == .seconds(7))
        #expect(folder.settling.settlePolled == .seconds(20))
        #expect(folder.settling.incompleteAfter == .seconds(2 * 86_400))
        #expect(folder.watch.marker == ".mounted")
        #expect(folder.watch.ignore.verdict(file: "a.bak") == .ignored(by: "*.bak (configured)"))
        #expect(folder.watch.ignore.verdict(directory: "Drafts") == .ignored(by: "Drafts (configured)"))
        #expect(folder.watch.ignore.verdict(file: "a.wav") == .watched)
        #expect(folder.watch.ignore.verdict(file: "a.mp3") != .watched)
        #expect(folder.intake.maximumSize == 200_000_000)
        #expect(folder.intake.maximumDuration.milliseconds == 600_000)
        #expect(folder.intake.minimumDuration.milliseconds == 5000)
        #expect(folder.intake.maximumChannels == 1)
        #expect(folder.delivery.source == .move(to: "/srv/done"))
        #expect(folder.delivery.group == "0")
        #expect(folder.delivery.mode == 0o660)
        #expect(!folder.delivery.problemNotes)
    }

    @Test func `null is the same as leaving a key out`() throws {
        let text = folder(
            "stems: null", "existing_files: ~", "marker: null", "limits:", "move_to: null", "group: null", "mode: null")
        #expect(try reading(text).get() == reading(folder()).get())
    }

    @Test func `a preset fills in the program, and a folder may ask for its stems`() throws {
        let configuration = try reading(
            """
            backends:
              six: {type: command, preset: demucs, model: htdemucs_6s, threads: 2}
            folders:
              - {path: /srv/inbox, backend: six, stems: [guitar]}
            """
        ).get()
        guard case .command(let command) = configuration.backends[BackendName(rawValue: "six")]?.kind else {
            Issue.record("no command")
            return
        }
        #expect(command.preset == .demucs)
        #expect(command.model == "htdemucs_6s")
        #expect(command.threads == 2)
        #expect(command.stems.count == 6)
    }

    @Test func `a program without a model is another one with other arguments`() throws {
        func model(_ rest: String) throws -> String? {
            let configuration = try reading(
                """
                backends: {mine: {type: command, program: /opt/sep, stems: {vocals: v.wav}\(rest)}}
                folders: [{path: /srv/inbox, backend: mine}]
                """
            ).get()
            guard case .command(let command) = configuration.backends[BackendName(rawValue: "mine")]?.kind else {
                return nil
            }
            return command.model
        }
        let fast = try model(", arguments: [--fast, '{input}', '{output}']")
        let good = try model(", arguments: [--good, '{input}', '{output}']")
        #expect(fast?.hasPrefix("sep-") == true && good?.hasPrefix("sep-") == true && fast != good)
        #expect(try model(", arguments: [--fast, '{input}', '{output}'], threads: 2") == fast)
        #expect(try model(", arguments: [--fast, '{input}', '{output}'], model: mine") == "mine")
        // Audio that is paid for is not paid again because an argument changed.
        #expect(try model(", arguments: [--fast, '{input}', '{output}'], billed: true") == "sep")
    }

    @Test func `the state directory is the environment's, the file's, systemd's, the usual, in this order`() throws {
        let systemd = ["STATE_DIRECTORY": "/var/lib/private/stemwatch:/var/lib/other"]
        let own = ["STEMWATCH_STATE_DIR": "/env"]
        func state(_ head: String, _ environment: [String: String]) throws -> FilePath {
            try reading(head + folder(), environment: environment).get().stateDirectory
        }
        #expect(try state("state_dir: /file\n", systemd.merging(own) { $1 }) == "/env")
        #expect(try state("state_dir: /file\n", systemd) == "/file")
        #expect(try state("", systemd) == "/var/lib/private/stemwatch")
        #expect(try state("", [:]) == "/var/lib/stemwatch")
    }

    @Test func `the file is STEMWATCH_CONFIG's, or the usual one`() {
        #expect(Configuration.defaultFile(environment: ["STEMWATCH_CONFIG": "/x.yaml"]) == "/x.yaml")
        #expect(Configuration.defaultFile(environment: ["STEMWATCH_CONFIG": ""]) == "/etc/stemwatch/stemwatch.yaml")
    }

    // Refused configurations

    @Test func `all problems are reported at once, in the order of the file`() {
        #expect(
            problems(
                """
                state_dir: state
                log_level: inf
                limits:
                  minutes_per_day: 2h
                setle: 5s
                folders:
                  - path: /srv/inbox
                    settle: 5
                    format: mp3
                  - output: /srv/out
                """) == [
                    "s.yaml:1:12: state_dir is state, which does not begin at the root; write the whole path, such as /srv/music/inbox",
                    "s.yaml:2:12: log_level is inf, which is not a log level; did you mean info?",
                    "s.yaml:4:20: minutes_per_day is 2h, which is not a number of minutes; write minutes without a unit, such as 120 or 90.5",
                    "s.yaml:5:1: unknown key setle; it belongs in a folder or below defaults, spelt settle",
                    "s.yaml:8:13: settle is 5, which has no unit; write 5s for seconds, 5m for minutes",
                    "s.yaml:9:13: format is mp3, which is not a format; write wav or flac",
                    "s.yaml:10:5: this folder has no path; say what to watch, such as path: /srv/music/inbox",
                ])
    }

    @Test(arguments: [
        ("", "s.yaml: the file is empty; stemwatch init writes a first one"),
        ("- a\n", "s.yaml:1:1: the file is a list, not a group of keys; leave out the '- '"),
        (
            "hello\n",
            "s.yaml:1:1: the file is hello, not a group of keys; write each key: value on a line of its own below it"
        ),
        (
            "log_level: info\n",
            "s.yaml: there is no folder to watch; write folders: and below it - path: /srv/music/inbox"
        ),
        (
            "folders: []\n",
            "s.yaml:1:10: there is no folder to watch; write folders: and below it - path: /srv/music/inbox"
        ),
        (
            "folders: /srv/inbox\n",
            "s.yaml:1:10: folders is not a list; begin each folder with '- ', as in - path: /srv/music/inbox"
        ),
        (
            "folders:\n  path: /srv/inbox\n",
            "s.yaml:2:3: folders is not a list; begin each folder with '- ', as in - path: /srv/music/inbox"
        ),
        (
            "folders:\n  - /srv/inbox\n",
            "s.yaml:2:5: a folder is /srv/inbox, not a group of keys; write - path: /srv/inbox"
        ),
        (
            "folders:\n  - path: /srv/a\n    path: /srv/b\n",
            "s.yaml:3:5: path stands here a second time; it is already on line 2; keep one of the two"
        ),
        (
            "folders:\n- path: /srv/a\n  ignore: ['*.bak', #x]\n",
            "s.yaml:4:1: there is no value here; close the brackets or braces before it, and put a value that begins with # in quotes"
        ),
        (
            "folders:\n- path: /srv/a\n  name: [a\n",
            "s.yaml:3:9: the list in brackets is not closed; put ',' between its items and ']' after the last"
        ),
    ])
    func `a file of the wrong shape`(text: String, problem: String) {
        #expect(problems(text).first == problem)
    }

    @Test(arguments: [
        ("settle:", "12: settle has no value; write it as 500ms, 5s, 30m, 1h30m or 5d"),
        ("settle: [5s]", "13: settle is a list, not a duration; write it as 500ms, 5s, 30m, 1h30m or 5d"),
        ("settle: {s: 5}", "13: settle is a group of keys, not a duration; write it as 500ms, 5s, 30m, 1h30m or 5d"),
        ("settle: soon", "13: settle is soon, which is not a duration; write it as 500ms, 5s, 30m, 1h30m or 5d"),
        ("settle: 1.5h", "13: settle is 1.5h, but durations have no fractions; write 1h30m rather than 1.5h"),
        ("settle: 5min", "13: settle is 5min, which has an unknown unit; the units are ms, s, m, h and d"),
        (
            "settle: 5s1m",
            "13: settle is 5s1m, where the units are not in order; write the largest first, each once, as in 1h30m"
        ),
        ("settle: 2h", "13: settle is 2h, which is more than the most allowed, 1h; write 1h or less"),
        ("settle: -5s", "13: settle is -5s, which is not a duration; write it as 500ms, 5s, 30m, 1h30m or 5d"),
        (
            "settle: 99999999999999999999s",
            "13: settle is 99999999999999999999s, which is not a duration; write it as 500ms, 5s, 30m, 1h30m or 5d"
        ),
        (
            "settle: 9223372036854775807d",
            "13: settle is 9223372036854775807d, which is too long to count; write it as 500ms, 5s, 30m, 1h30m or 5d"
        ),
        (
            "poll_interval: 1ms",
            "20: poll_interval is 1ms, which is less than the least allowed, 100ms; write 100ms or more"
        ),
        ("max_size: 200", "15: max_size is 200, which has no unit; write 200MB for megabytes, 200B for bytes"),
        ("max_size: 1.5GB", "15: max_size is 1.5GB, but sizes have no fractions; write 1500MB rather than 1.5GB"),
        (
            "max_size: 5 GBytes",
            "15: max_size is 5 GBytes, which has an unknown unit; the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB"
        ),
        ("max_channels: 65", "19: max_channels is 65, which is more than the most allowed, 64; write 64 or less"),
        (
            "max_channels: two",
            "19: max_channels is two, which is not a whole number; write a whole number from 1 to 64"
        ),
        (
            "max_channels: 6",
            "19: max_channels is 6, but the built-in separator takes mono and stereo; write 2 or less, or use another backend"
        ),
        (
            "max_duration: 1s\n    min_duration: 2s",
            "19: min_duration is more than max_duration: no track could be accepted; lower it"
        ),
        ("watch: inotfy", "12: watch is inotfy, which is not a way of watching; did you mean inotify?"),
        ("problem_notes: maybe", "20: problem_notes is maybe, which is neither true nor false; write true or false"),
        (
            "mode: 0775",
            "11: mode is 0775, which makes audio executable; write 0664 rather than 0775; folders get their search bits by themselves"
        ),
        ("mode: 0440", "11: mode is 0440, which keeps the daemon from its own files; begin it with 06"),
        ("mode: 2664", "11: mode is 2664, which sets more than permissions; begin it with 0, as in 0664"),
        ("mode: rw-rw-r--", "11: mode is rw-rw-r--, which is not a file mode; write it in octal, such as 0640 or 0664"),
        ("stems: vocals", "12: stems is not a list; write it as [vocals, drums]"),
        ("stems: [vocals, vocals]", "21: vocals stands in stems twice; keep one of the two"),
        (
            "stems: [Vocals!]",
            "13: an item of stems is Vocals!, which cannot name a stem; write it in lower-case letters, digits, _ and -, such as vocals"
        ),
        ("stems: [vocal]", "12: backend builtin makes no stem vocal; did you mean vocals?"),
        ("stems: [piano]", "12: backend builtin makes no stem piano; it makes vocals, drums, bass and other"),
        ("stems: []", "12: stems names no stem; leave it out for all that the backend makes"),
        ("backend: bultin", "14: there is no backend bultin; did you mean builtin?"),
        ("backend: studio", "14: there is no backend studio; there is builtin; more are added below backends"),

        (
            "ignore: ['']",
            "14: an item of ignore is empty, which is not a pattern; write it as for a shell, such as \"*.bak\""
        ),
        ("ignore:\n      - #recycle", "8: ignore has an empty item; put an item that begins with # in quotes"),
        (
            "ignore: [a/b]",
            "14: an item of ignore is a/b, which holds a slash; patterns are matched against one name at a time"
        ),
        (
            "ignore: ['[a']",
            "14: an item of ignore is [a, which is not a pattern; write it as for a shell, such as \"*.bak\""
        ),
        ("extensions: [.wav]", "18: an item of extensions is .wav, which has more than the letters; write wav"),
        ("extensions: []", "17: extensions names none: no file could be accepted; leave it out for the usual ones"),
        ("marker: /mnt/x", "13: marker is /mnt/x, which begins at the root; write it as .mounted"),
        ("marker: ../x", "13: marker is ../x, which goes up by ..; write where it leads to"),
        (
            "output: ~/stems",
            "13: output is ~/stems, which does not begin at the root; write the whole path: nothing is expanded here"
        ),
        (
            "output: /srv/inbox",
            "13: output /srv/inbox is the same as the watched folder /srv/inbox: what is written there would be taken as new; put it beside the folder, or add it to the folder's ignore"
        ),
        (
            "output: /srv/inbox/stems",
            "13: output /srv/inbox/stems is inside the watched folder /srv/inbox: what is written there would be taken as new; put it beside the folder, or add it to the folder's ignore"
        ),
        (
            "output: /srv",
            "13: output /srv holds the watched folder /srv/inbox: what is written there could be taken as new; put it beside the folder"
        ),
        ("source: move", "13: source is move, but nothing says where to; add move_to: with a folder"),
        ("move_to: /srv/done", "14: move_to stands here, but source is keep; write source: move, or leave move_to out"),
        (
            "source: move\n    move_to: /srv/inbox/done",
            "14: move_to /srv/inbox/done is inside the watched folder /srv/inbox: what is written there would be taken as new; put it beside the folder, or add it to the folder's ignore"
        ),
        (
            "limits: {minutes_per_day: 0}",
            "31: minutes_per_day is 0, which would let nothing through; leave the key out for no limit"
        ),
        (
            "limits: {minutes_per_day: 1.2345}",
            "31: minutes_per_day is 1.2345, which has more than three decimals; write minutes as a number, such as 120 or 90.5"
        ),
        ("name: a/b", "11: name is a/b, which cannot name a folder; use 1 to 64 printable characters other than /"),
        (
            "name: \"a\\nb\"",
            "11: name is a\\x0ab, which cannot name a folder; use 1 to 64 printable characters other than /"
        ),
        ("slots: 2", "5: unknown key slots; it belongs in a backend"),
        ("Poll-Interval: 5s", "5: unknown key Poll-Interval; did you mean poll_interval?"),
        ("colour: red", "5: unknown key colour; config/stemwatch.yaml shows every key"),
    ])
    func `a wrong key of a folder`(key: String, problem: String) {
        let line = key.hasPrefix("ignore:\n") || key.contains("\n    ") ? 4 : 3
        #expect(problems(folder(key)).first == "s.yaml:\(line):\(problem)")
    }

    @Test(
        arguments: [
            (
                "time_zone: Europe/Berln",
                "1:12: time_zone is Europe/Berln, which this machine does not know; write it as Europe/Berlin; timedatectl list-timezones shows all"
            ),
            (
                "time_zone: ../../etc/passwd",
                "1:12: time_zone is ../../etc/passwd, which this machine does not know; write it as Europe/Berlin; timedatectl list-timezones shows all"
            ),
            ("retry: {first: 2h}", "1:8: retry.first is more than retry.ceiling; lower first, or raise ceiling"),
            (
                "retry: {ceiling: 6d}",
                "1:8: retry.ceiling is more than retry.give_up_after; lower ceiling, or raise give_up_after"
            ),
            ("state_dir: /srv/inbox/.state/x", nil),
            (
                "state_dir: /srv/inbox/state",
                "1:12: state_dir /srv/inbox/state is inside the watched folder /srv/inbox; keep it elsewhere, such as /var/lib/stemwatch"
            ),
            ("minutes_per_day: 5", "1:1: unknown key minutes_per_day; it belongs below limits"),
            ("defaults: {path: /x}", "1:12: unknown key path; it belongs in a folder"),
            (
                "defaults: {move_to: /x}",
                "1:21: move_to stands here, but source is keep; write source: move, or leave move_to out"
            ),
            (
                "backends: {My Own: {type: command}}",
                "1:12: My Own cannot name a backend; use 1 to 32 lower-case letters, digits, _ and -"
            ),
            ("backends: {mine: {slots: 1}}", "1:12: backend mine has no type; write type: command or stemlab"),
            (
                "backends: {mine: {type: comand}}",
                "1:25: type is comand, which is not a type of backend; did you mean command?"
            ),
            (
                "backends: {builtin: {type: command}}",
                "1:28: the backend called builtin is the one inside stemwatch; give this one another name"
            ),
            (
                "backends: {builtin: {burst: 2}}",
                "1:29: burst stands here without requests_per_minute; add requests_per_minute, or leave burst out"
            ),
            ("backends: {builtin: {program: x}}", "1:22: unknown key program; it belongs in a backend of type command"),
            (
                "backends: {mine: {type: command}}",
                "1:12: backend mine: neither preset nor program is there; write preset: demucs, or name a program"
            ),
            (
                "backends: {mine: {type: command, program: x}}",
                "1:12: backend mine: nothing says where x leaves its stems; write stems: {vocals: vocals.wav, other: other.wav}"
            ),
            (
                "backends: {mine: {type: command, program: bin/x}}",
                "1:43: program is bin/x, which is neither a whole path nor a name; write its whole path, or its name alone"
            ),
            (
                "backends: {mine: {type: command, program: x -v}}",
                "1:43: program is x -v, which seems to hold arguments; put them below arguments, one an item"
            ),
            (
                "backends: {mine: {type: stemlab}}",
                "1:12: backend mine has no url; write url: https://stems.example.com"
            ),
            (
                "backends: {mine: {type: stemlab, url: \"http://stems.example.com\"}}",
                "1:39: url is http://stems.example.com, which is plain http to another machine: everybody between could listen; write https://, and let the service have a certificate"
            ),
            (
                "backends: {mine: {type: stemlab, url: \"https://a\", niceness: 3}}",
                "1:52: unknown key niceness; it belongs in a backend of type builtin or command"
            ),
            (
                "backends: {mine: {type: stemlab, url: \"https://a\", token_credential: t}}",
                "1:70: there are no credentials, since CREDENTIALS_DIRECTORY is not set; run under systemd with LoadCredential=t:/path, or use token_file"
            ),
            (
                "backends: {mine: {type: command, preset: demuks}}",
                "1:42: preset is demuks, which is not a preset; did you mean demucs?"
            ),
            (
                "backends: {mine: {type: command, preset: demucs, stems: {vocals: ../v.wav}}}",
                "1:66: stems.vocals is ../v.wav, which goes up by ..; write where it leads to"
            ),
            (
                "backends: {mine: {type: command, preset: demucs, environment: {A-B: x}}}",
                "1:64: A-B is not the name of an environment variable; use letters, digits and _"
            ),
            (
                "backends: {mine: {type: command, preset: demucs, environment: {T: {from_env: NOT_SET}}}}",
                "1:78: T has no value: the environment variable NOT_SET is not set; set it for the daemon, or use from_file"
            ),
            (
                "backends: {mine: {type: command, preset: demucs, environment: {T: {from_credential: t}}}}",
                "1:85: T has no value: there are no credentials, since CREDENTIALS_DIRECTORY is not set; run under systemd with LoadCredential=t:/path, or use from_file"
            ),
            (
                "backends: {mine: {type: command, preset: demucs, environment: {T: {from_fil: /x}}}}",
                "1:68: unknown key from_fil; did you mean from_file?"
            ),
        ] as [(String, String?)])
    func `a wrong key outside folders`(head: String, problem: String?) {
        #expect(problems(head + "\n" + folder()).first == problem.map { "s.yaml:\($0)" })
    }

    @Test(
        arguments: [
            (
                "- path: /srv/a\n- path: /srv/b/a",
                "2:9: two folders are called a, the other on line 1; give one of them another name"
            ),
            (
                "- {path: /srv/a, name: x}\n- {path: /srv/b, name: x}",
                "2:24: two folders are called x, the other on line 1; give one of them another name"
            ),
            (
                "- path: /srv/a\n- path: /srv/a/",
                "2:9: /srv/a is watched twice, the other on line 1; keep one of the two"
            ),
            (
                "- path: /srv/a\n- path: /srv/a/b",
                "2:9: /srv/a/b is inside /srv/a, which is watched with all below it; leave one out, or add the inner one to the outer one's ignore"
            ),
            (
                "- path: /srv/a/b\n- path: /srv/a",
                "2:9: /srv/a holds /srv/a/b, which is watched as well; leave one out, or add the inner one to the outer one's ignore"
            ),
            ("- {path: /srv/a, ignore: [b]}\n- path: /srv/a/b\n  output: /srv/b-stems", nil),
            ("- path: /srv/a\n- path: /srv/ab", nil),
            (
                "- {path: /srv/a, output: /srv/b/out}\n- path: /srv/b",
                "1:26: output /srv/b/out is inside the watched folder /srv/b: what is written there would be taken as new; put it beside the folder, or add it to the folder's ignore"
            ),
            ("- {path: /srv/a, output: /srv/b/.out}\n- path: /srv/b", nil),
            ("- {path: /srv/a, output: /srv/b/out}\n- {path: /srv/b, ignore: [out]}", nil),
            ("- path: /", "1:9: path is /, which is the whole file system; name the folder to watch"),
        ] as [(String, String?)])
    func `folders that overlap`(folders: String, problem: String?) {
        // `folders:` first, so the lines of the items are one more than in the table.
        let expected = problem.map { text in
            let line = Int(text.prefix { $0 != ":" })! + 1
            return "s.yaml:\(line)" + text.drop { $0 != ":" }
        }
        let adjusted = expected.map { $0.replacing(/on line ([0-9])/) { "on line \(Int($0.1)! + 1)" } }
        #expect(problems("folders:\n" + folders + "\n").first == adjusted)
    }

    @Test func `a missing group is a warning, and the configuration is used`() throws {
        let reading = reading(folder("group: no-such-group-here"))
        #expect(
            reading.problems.map(\.description) == [
                "s.yaml:3:12: warning: there is no group no-such-group-here on this machine; until there is, stems have the group of the output folder"
            ])
        #expect(try reading.get().folders.first?.delivery.group == "no-such-group-here")
    }

    @Test func `the failure for the daemon names the first problem and counts the others`() throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try reading("a: 1\nb: 2\n").get() }
        #expect(problems.failure.code == .configInvalid)
        #expect(problems.failure.remedy == .stop)
        #expect(
            problems.failure.message
                == "s.yaml: there is no folder to watch; write folders: and below it - path: /srv/music/inbox, and 2 more"
        )
        #expect(problems.failure.hint == "stemwatch check shows all of them")
    }

    // Files

    @Test func `a file that cannot be read is one problem, with the file's name`() throws {
        let directory = TemporaryDirectory()
        for (file, message) in [
            (directory("none.yaml"), "none.yaml cannot be read: No such file or directory"),
            (directory.path, " is not a file"),
        ] {
            let problems = try #require(throws: ConfigurationProblems.self) {
                try Configuration.read(file, environment: [:])
            }
            #expect(problems.failure.code == .configUnreadable)
            #expect(problems.failure.message.hasSuffix(message))
            #expect(problems.problems.count == 1)
        }
    }

    @Test func `secrets come from files and credentials, without the line break at their end`() throws {
        let directory = TemporaryDirectory()
        try DurableFiles.replace(directory("token"), with: Array("hunter2\n".utf8), mode: 0o600)
        func environment(_ source: String) throws -> [String: Secret] {
            let text = "backends: {m: {type: command, preset: demucs, environment: {T: \(source)}}}\n" + folder()
            let configuration = try reading(text, environment: ["CREDENTIALS_DIRECTORY": directory.path.string]).get()
            guard case .command(let command) = configuration.backends[BackendName(rawValue: "m")]?.kind else {
                return [:]
            }
            return command.environment
        }
        #expect(try environment("{from_file: \(directory("token").string)}")["T"] == Secret("hunter2"))
        #expect(try environment("{from_credential: token}")["T"] == Secret("hunter2"))
    }

    @Test func `a service has an address, and its token where systemd, the file or signing in puts it`() throws {
        func service(_ keys: String) throws -> StemlabSettings? {
            let text =
                "backends: {m: {type: stemlab, url: \"https://stems.example.com\"\(keys)}}\n" + folder("backend: m")
            let configuration = try reading(text, environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/s"]).get()
            guard case .stemlab(let service) = configuration.backends[BackendName(rawValue: "m")]?.kind else {
                return nil
            }
            return service
        }
        let plain = try #require(try service(""))
        #expect(plain.tokenFile(stateDirectory: "/var/lib/stemwatch") == "/var/lib/stemwatch/tokens/stems.example.com")
        #expect(try service(", token_file: /etc/token")?.tokenFile == "/etc/token")
        #expect(try service(", token_credential: t")?.tokenFile == "/run/credentials/s/t")
        let all = try service(
            ", upload_kbps: 800, ca_file: /ca.pem, stems: [vocals], stall_timeout: 5s, transfer_format: flac")
        #expect(all?.uploadKilobits == 800)
        #expect(all?.caFile == "/ca.pem")
        #expect(all?.stems == [.vocals])
        #expect(all?.stall == .seconds(5))
        #expect(all?.transferFormat == .flac)
    }

    @Test func `a secret that every user can read is used, with a warning`() throws {
        let directory = TemporaryDirectory()
        let file = directory("token")
        try DurableFiles.replace(file, with: Array("hunter2".utf8), mode: 0o644)
        let reading = reading(
            "backends: {m: {type: command, preset: demucs, environment: {T: {from_file: \(file.string)}}}}\n" + folder()
        )
        #expect(reading.problems.map(\.weight) == [.warning])
        #expect(reading.problems.first?.message == "\(file.string) holds a secret, and every user can read it")
        #expect(throws: Never.self) { try reading.get() }
    }

    @Test func `no message or dump of a configuration shows a secret`() throws {
        let text =
            "backends: {m: {type: command, preset: demucs, billed: maybe, environment: {T: {from_env: T}}}}\n"
            + folder()
        #expect(!problems(text, environment: ["T": "hunter2"]).joined().contains("hunter2"))
        let configuration = try reading(text.replacing("maybe", with: "true"), environment: ["T": "hunter2"]).get()
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
