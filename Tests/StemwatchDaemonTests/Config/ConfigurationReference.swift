// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

@testable import StemwatchDaemon

/// `config/stemwatch.yaml`: every key with what it is for, at its default, made from the tables that the reader reads
/// by.
///
/// A line of prose begins with `# `; a key that may be taken into use has its `#` right before it, so that removing
/// that one character is all it takes, and a test can do the same to all of them.
enum ConfigurationReference {
    /// The folder that the file watches as it stands.
    static let folder: FilePath = "/srv/music/inbox"

    /// The whole file.
    static var text: String {
        var page = ReferencePage()
        page.line("# yaml-language-server: $schema=stemwatch.schema.json")
        page.prose(
            """
            Stemwatch: every key of the configuration, at its default. Remove the # before a key to change it.
            stemwatch check --config FILE says what is wrong with a file. SIGHUP makes a running daemon read it again;
            a file with an error in it changes nothing. null is the same as leaving the key out.
            """)
        let configuration = Configuration(stateDirectory: "/var/lib/stemwatch", folders: [])
        for key in TopKeys.daemon { page.key(key.description(of: configuration)) }
        folders(&page)
        page.blank()
        page.prose(
            "What every folder begins with: any key of a folder but path, name and output, such as {format: flac}.")
        page.line("#defaults: {}")
        for key in TopKeys.all.dropFirst(TopKeys.daemon.count) { page.key(key.description(of: configuration)) }
        backends(&page)
        return page.text
    }

    private static func folders(_ page: inout ReferencePage) {
        page.blank()
        page.prose(
            """
            The folders to watch, each with all folders below it. Only path is needed. No folder may be inside another, and
            no output inside a watched folder.
            """)
        page.line("folders:")
        page.indent = 4
        for key in FolderKeys.own + FolderKeys.shared {
            if key.name == "path" {
                page.line("# " + key.help, indent: 2)
                page.line("- path: \(YAMLText.scalar(folder.string))", indent: 2)
            } else {
                page.key(key.description(of: sampleFolder))
            }
        }
        page.indent = 0
    }

    private static let sampleService: ServiceURL? = {
        do throws(ServiceURL.Rejection) { return try ServiceURL("https://stems.example.com") } catch { return nil }
    }()

    /// The sample folder with all that follows from its path.
    private static let sampleFolder: FolderConfiguration = {
        var problems = ProblemCollector.ofDaemon("stemwatch.yaml")
        let path = YAMLEntry(key: "path", at: .start, value: YAMLNode(.scalar(folder.string, .plain), at: .start))
        return FolderDraft.read(YAMLNode(.mapping([path]), at: .start), defaults: FolderDraft.blank, &problems).folder
    }()

    private static func backends(_ page: inout ReferencePage) {
        page.blank()
        page.prose("What separates tracks. builtin is always there; others have a name of your choice.")
        page.line("backends:")
        page.indent = 2
        page.line("builtin:")
        page.indent = 4
        let builtin = BackendDraft(name: .builtin, type: .builtin)
        for key in BackendKeys.all(of: .builtin) { page.key(key.description(of: builtin)) }
        page.indent = 2
        page.blank()
        page.prose("Demucs, or another program that a preset knows. Use it with backend: demucs in a folder.")
        page.line("#demucs:")
        page.indent = 4
        var demucs = BackendDraft(name: BackendName(rawValue: "demucs"), type: .command)
        demucs.command.preset = .demucs
        for key in BackendKeys.all(of: .command) { page.key(key.description(of: demucs)) }
        page.indent = 2
        page.blank()
        page.prose("Any program that reads an audio file and writes stems.")
        page.line("#other-program:")
        page.indent = 4
        page.line("#type: command")
        page.line("#program: /opt/separator/bin/separate")
        page.line("#arguments: [\"--in\", \"{input}\", \"--out\", \"{output}\"]")
        page.line("#stems: {vocals: vocals.wav, other: other.wav}")
        page.indent = 2
        page.blank()
        page.prose("A stemlab service. Sign in first: stemwatch login https://stems.example.com")
        page.line("#studio:")
        page.indent = 4
        var studio = BackendDraft(name: BackendName(rawValue: "studio"), type: .stemlab)
        studio.stemlab.url = sampleService
        for key in BackendKeys.all(of: .stemlab) { page.key(key.description(of: studio)) }
    }
}
