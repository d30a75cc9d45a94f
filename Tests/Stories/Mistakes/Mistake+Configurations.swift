// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit

/// Configurations that cannot be used, as `status` finds them.
extension Mistake {
    static let configurations: [Mistake] =
        [
            wrong("a file that is not there", nil, ["stemwatch.yaml cannot be read: No such file", "stemwatch init"]),
            wrong("a directory", nil, ["stemwatch.yaml is not a file", "name a regular file"]) { home in
                home("stemwatch.yaml").makeDirectory()
            },
            wrong("a FIFO", nil, ["stemwatch.yaml is not a file"]) { home in home("stemwatch.yaml").makeFIFO() },
            wrong("an empty file", "", ["stemwatch.yaml: the file is empty", "stemwatch init writes a first one"]),
            wrong(
                "prose", "Dear daemon\n",
                ["stemwatch.yaml:1:1: the file is Dear daemon, not a group of keys", "write each key: value"]),
            wrong("broken YAML", "folders: [{path: HOME/inbox}\n", ["stemwatch.yaml:1:10: ", "is not closed"]),
            wrong(
                "no folders", "state_dir: HOME/state\n", ["stemwatch.yaml: there is no folder to watch", "- path: "]),
            wrong(
                "a relative path", "folders:\n  - path: inbox\n",
                ["stemwatch.yaml:2:11: path is inbox, which does not begin at the root", "such as /srv/music/inbox"]),
            wrong(
                "an output inside the inbox", "folders:\n  - path: HOME/inbox\n    output: HOME/inbox/stems\n",
                [
                    "stemwatch.yaml:3:13: output HOME/inbox/stems is inside the watched folder",
                    "put it beside the folder",
                ]),
            wrong(
                "an output that another folder watches",
                "folders:\n  - path: HOME/inbox\n    output: HOME/other\n  - path: HOME/other\n",
                ["stemwatch.yaml:3:13: output HOME/other is the same as the watched folder HOME/other"]),
            wrong(
                "one folder twice", "folders:\n  - path: HOME/inbox\n  - path: HOME/inbox\n",
                ["stemwatch.yaml:3:11: HOME/inbox is watched twice, the other on line 2", "keep one of the two"]),
            wrong(
                "an output inside the inbox, by a link",
                "folders:\n  - path: HOME/inbox\n    output: HOME/link/stems\n",
                [
                    "stemwatch.yaml:3:13: output HOME/link/stems (which leads to HOME/inbox/stems) is inside the watched",
                    "put it beside the folder",
                ]
            ) { home in try await Shell.run("ln -s inbox link", in: home.path).requireSuccess() },
            wrong(
                "one folder twice, by a link", "folders:\n  - path: HOME/inbox\n  - path: HOME/link\n",
                ["stemwatch.yaml:3:11: HOME/link (which leads to HOME/inbox) is watched twice, the other on line 2"]
            ) { home in try await Shell.run("ln -s inbox link", in: home.path).requireSuccess() },
            wrong(
                "state in the inbox", "state_dir: HOME/inbox/state\nfolders: [{path: HOME/inbox}]\n",
                ["stemwatch.yaml:1:12: state_dir HOME/inbox/state is inside the watched folder", "keep it elsewhere"]),
            wrong(
                "everything at once",
                "statedir: /x\nfolders:\n  - path: HOME/inbox\n    setle: 5s\n    watch: inotfy\n    settle: 5\n",
                [
                    "stemwatch.yaml:1:1: unknown key statedir; did you mean state_dir?",
                    "stemwatch.yaml:4:5: unknown key setle; did you mean settle?",
                    "stemwatch.yaml:5:12: watch is inotfy, which is not a way of watching; did you mean inotify?",
                    "stemwatch.yaml:6:13: settle is 5",
                ]),
        ] + (getuid() == 0 ? [] : [unreadable])

    /// Root reads everything.
    private static var unreadable: Mistake {
        wrong("a file that may not be read", good, ["stemwatch.yaml cannot be read: Permission denied"]) { home in
            chmod(home("stemwatch.yaml").string, 0)
        }
    }

    private static func wrong(
        _ title: String, _ text: String?, _ message: [String],
        _ prepare: @escaping @Sendable (TemporaryDirectory) async throws -> Void = { _ in }
    ) -> Mistake {
        Mistake(
            title: "a configuration: \(title)", arguments: ["check", "--config", "stemwatch.yaml"], status: 3,
            message: message,
            configuration: text, prepare: prepare)
    }
}
