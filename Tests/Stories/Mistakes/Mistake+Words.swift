// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import TestKit

/// Mistyped commands, options and values.
extension Mistake {
    static let words = [
        Mistake(
            title: "a misspelt command", arguments: ["stats"], status: 2,
            message: ["there is no command 'stats'", "did you mean status?"]),
        Mistake(
            title: "a command of something else", arguments: ["frobnicate"], status: 2,
            message: ["there is no command 'frobnicate'", "there is: init, check, doctor, run, status, jobs"]),
        Mistake(
            title: "a misspelt command of the ledger", arguments: ["ledger", "verfy", "--config", "stemwatch.yaml"],
            status: 2, message: ["there is no command 'verfy'", "did you mean verify?"]),
        Mistake(
            title: "verifying a ledger of a newer Stemwatch",
            arguments: ["ledger", "verify", "--config", "stemwatch.yaml"],
            status: 1, message: ["line 1 of HOME/state/ledger.jsonl was written by a newer Stemwatch than this one"]
        ) { home in
            home("state").makeDirectory()
            try home("state").appending("ledger.jsonl").write(
                "{\"at\":\"2030-01-01T00:00:00.000Z\",\"event\":\"sang\",\"seq\":1,\"v\":2}\n")
        },
        Mistake(
            title: "a misspelt option", arguments: ["jobs", "--folders", "inbox"], status: 2,
            message: ["Unknown option '--folders'", "'--folder'"]),
        Mistake(
            title: "a misspelt state", arguments: ["jobs", "--state", "hold"], status: 2,
            message: ["there is no state 'hold'", "held", "stemwatch jobs --help"]),
        Mistake(
            title: "a limit of no jobs", arguments: ["jobs", "--limit", "0"], status: 2,
            message: ["--limit 0 is not a number of jobs"]),
        Mistake(
            title: "a question without a file", arguments: ["why"], status: 2,
            message: ["Missing expected argument '<path>'", "The file, or where it was"]),
        Mistake(
            title: "an order without a job", arguments: ["retry"], status: 2,
            message: ["Missing expected argument '<jobs> ...'", "as `stemwatch jobs` names them"]),
        Mistake(
            title: "a word too many", arguments: ["status", "inbox"], status: 2,
            message: ["Unexpected argument 'inbox'"]),
        Mistake(
            title: "a folder of another name", arguments: ["jobs", "--folder", "inbx", "--config", "stemwatch.yaml"],
            status: 1, message: ["no folder is named inbx", "folders: inbox"]),
        Mistake(
            title: "a plan for a file that is not watched",
            arguments: ["plan", "elsewhere.wav", "--config", "stemwatch.yaml"],
            status: 1, message: ["HOME/elsewhere.wav is below no watched folder", "watched: HOME/inbox"]),
    ]
}
