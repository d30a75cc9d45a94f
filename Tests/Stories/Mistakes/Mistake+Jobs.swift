// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import TestKit

/// Jobs that do not exist, and missing state.
extension Mistake {
    static let jobs = [
        Mistake(
            title: "a misspelt job", arguments: ["show", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "--config", "stemwatch.yaml"],
            status: 5,
            message: ["'01ARZ3NDEKTSV4RRFFQ69G5FAU' is not the name of a job", "stemwatch jobs lists them"]),
        Mistake(
            title: "a shortened job", arguments: ["show", "01ARZ3", "--config", "stemwatch.yaml"], status: 5,
            message: [
                "'01ARZ3' is not the name of a job, which has 26 letters and digits", "stemwatch jobs lists them",
            ]),
        Mistake(
            title: "a job there never was",
            arguments: ["show", "01arz3ndektsv4rrffq69g5fav", "--config", "stemwatch.yaml"],
            status: 5, message: ["there is no job 01ARZ3NDEKTSV4RRFFQ69G5FAV", "stemwatch jobs lists them"]),
        Mistake(
            title: "an order without a daemon",
            arguments: ["retry", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--config", "stemwatch.yaml"], status: 4,
            message: ["no daemon answers at HOME/state/control.sock", "start it with: stemwatch run"]),
    ]

    static let states = [
        state(
            "below a file", "stemwatch.yaml/state",
            "making the directory HOME/stemwatch.yaml/state failed: not a directory"),
        state("that is a file", "stemwatch.yaml", "HOME/stemwatch.yaml is there, and is no directory"),
        state(
            "in a directory that is not there", "none/state",
            "making the directory HOME/none/state failed: no such file"),
        state("whose name is too long", String(repeating: "x", count: 300), "file name too long"),
    ]

    private static func state(_ title: String, _ directory: String, _ message: String) -> Mistake {
        Mistake(
            title: "a state directory \(title)", arguments: ["run", "--config", "stemwatch.yaml"], status: 1,
            message: [message],
            configuration: "state_dir: HOME/\(directory)\nfolders: [{path: HOME/inbox}]\n")
    }
}
