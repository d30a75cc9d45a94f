// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// Makes a configuration of a YAML document: reads every group by its table of keys, then checks the whole.
struct ConfigurationReader {
    private let environment: [String: String]
    private(set) var problems: ProblemCollector

    init(file: FilePath, environment: [String: String]) {
        self.environment = environment
        problems = .ofDaemon(file)
    }

    /// The configuration as far as it can be understood; `nil` where it is no configuration at all.
    mutating func read(_ document: YAMLDocument) -> Configuration? {
        for problem in document.problems { problems.error(problem.mark, problem.message, hint: problem.hint) }
        guard let root = document.root, !root.isNull else {
            if document.problems.isEmpty {
                problems.error(nil, "the file is empty", hint: "stemwatch init writes a first one")
            }
            return nil
        }
        guard let entries = KeyGroup.entries(of: root, "the file", &problems) else { return nil }

        var configuration = Configuration(stateDirectory: Self.stateDirectory(environment), folders: [])
        let marks = KeyGroup.read(
            root, "the file", TopKeys.all, alsoKnown: TopKeys.groups, into: &configuration, &problems)
        if let override = environment["STEMWATCH_STATE_DIR"], !override.isEmpty {
            configuration.stateDirectory = FilePath(override).lexicallyNormalized()
            if configuration.stateDirectory.isRelative {
                problems.error(
                    nil, "STEMWATCH_STATE_DIR is \(Printable(override)), which does not begin at the root",
                    hint: "set it to a whole path")
            }
        }
        func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
        let defaults = node("defaults").map { FolderDraft.readDefaults($0, &problems) } ?? FolderDraft.blank
        let folders = readFolders(node("folders"), defaults)
        let backends = readBackends(node("backends"))

        configuration.folders = folders.map(\.folder)
        for backend in backends {
            if let settings = backend.finish(SecretReader(environment: environment), &problems) {
                configuration.backends[settings.name] = settings
            }
        }
        let checks = ConfigurationChecks(
            configuration: configuration, marks: marks, folders: folders, backends: backends)
        checks.run(&problems)
        return configuration
    }

    /// Where state is kept when the file does not name it: systemd's directory for the service, or the usual place.
    private static func stateDirectory(_ environment: [String: String]) -> FilePath {
        // systemd joins several directories by colons; ours is the first.
        let first = environment["STATE_DIRECTORY"]?.split(separator: ":").first
        return first.map { FilePath(String($0)) } ?? "/var/lib/stemwatch"
    }

    private mutating func readFolders(_ node: YAMLNode?, _ defaults: FolderConfiguration) -> [FolderDraft] {
        let hint = "write folders: and below it - path: /srv/music/inbox"
        guard let node, !node.isNull else {
            problems.error(node?.mark, "there is no folder to watch", hint: hint)
            return []
        }
        guard case .sequence(let items) = node.content else {
            problems.error(
                node.mark, "folders is not a list", hint: "begin each folder with '- ', as in - path: /srv/music/inbox")
            return []
        }
        if items.isEmpty { problems.error(node.mark, "there is no folder to watch", hint: hint) }
        return items.map { FolderDraft.read($0, defaults: defaults, &problems) }
    }

    private mutating func readBackends(_ node: YAMLNode?) -> [BackendDraft] {
        guard let node, let entries = KeyGroup.entries(of: node, "backends", &problems) else { return [] }
        return entries.compactMap { BackendDraft.read($0, &problems) }
    }
}
