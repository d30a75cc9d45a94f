// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Testing

@testable import StemwatchDaemon

struct CommandSettingsTests {
    private func filled(_ arguments: String...) throws -> [String] {
        try CommandTemplate(arguments).filled { Array("<\($0)>".utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `placeholders become values, and doubled braces become braces`() throws {
        #expect(
            try filled("a", "{input}", "--to={output}/x", "{{stem}}.{{ext}}", "{model}{threads}", "{{{work}}}", "")
                == ["a", "<input>", "--to=<output>/x", "{stem}.{ext}", "<model><threads>", "{<work>}", ""])
    }

    @Test(arguments: ["{inptu}", "{", "}", "a{b", "a}b", "{}", "{ input}", "{input"])
    func `a placeholder that does not exist and a brace alone are errors`(_ argument: String) {
        let failure = #expect(throws: Failure.self) { try CommandTemplate([argument]) }
        #expect(failure?.code == .configInvalid)
        #expect(failure?.hint?.contains("{output}") == true)
    }

    private static let sound = CommandSettings(
        arguments: ["program", "{input}", "{output}"], stems: [.init(name: .vocals, file: "a/vocals.wav")], model: "m")

    struct Unsound: CustomTestStringConvertible, Sendable {
        var message: String
        var change: @Sendable (inout CommandSettings) -> Void
        var testDescription: String { message }
    }

    static let unsound = [
        Unsound(message: "the command names no program") { $0.arguments = [] },
        Unsound(message: "the command names no program") { $0.arguments[0] = "" },
        Unsound(message: "the program {input} is a placeholder") { $0.arguments[0] = "{input}" },
        Unsound(message: "the argument a\\x00b holds a NUL") { $0.arguments.append("a\0b") },
        Unsound(message: "the command has no {input}") { $0.arguments[1] = "x" },
        Unsound(message: "the command has no {output}") { $0.arguments[2] = "x" },
        Unsound(message: "the command makes no stems") { $0.stems = [] },
        Unsound(message: "a stem is named twice") { $0.stems.append(.init(name: .vocals, file: "b.wav")) },
        Unsound(message: "two stems are the same file") { $0.stems.append(.init(name: .bass, file: "a/vocals.wav")) },
        Unsound(message: "the stem vocals cannot be at ../x.wav") { $0.stems[0].file = "../x.wav" },
        Unsound(message: "the stem vocals cannot be at /x.wav") { $0.stems[0].file = "/x.wav" },
        Unsound(message: "the stem vocals cannot be at ") { $0.stems[0].file = "" },
        Unsound(message: "the environment variable A=B cannot have that name") {
            $0.environment = ["A=B": Secret("secret")]
        },
        Unsound(message: "the environment variable A holds a NUL") { $0.environment = ["A": Secret("secret\0")] },
        Unsound(message: "the environment variable STEMWATCH_JOB is taken") {
            $0.environment = ["STEMWATCH_JOB": Secret("x")]
        },
        Unsound(message: "0 threads cannot be") { $0.threads = 0 },
        Unsound(message: "0 passes cannot be") { $0.passes = 0 },
    ]

    @Test(arguments: unsound)
    func `an impossible command is reported`(_ unsound: Unsound) throws {
        try Self.sound.validate()
        var settings = Self.sound
        unsound.change(&settings)
        let failure = #expect(throws: Failure.self) { try settings.validate() }
        #expect(failure?.code == .configInvalid)
        #expect(failure?.message == unsound.message)
    }

    // MARK: - Presets

    private func arguments(of settings: CommandSettings) throws -> [String] {
        try CommandTemplate(settings.arguments).filled { placeholder in
            switch placeholder {
            case .model: Array(settings.model.utf8)
            default: Array("/\(placeholder)".utf8)
            }
        }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `the Demucs preset gives the program its arguments`() throws {
        let settings = try CommandSettings.preset(.demucs)
        #expect(
            try arguments(of: settings) == [
                "demucs", "-n", "htdemucs", "-d", "cpu", "--shifts", "0", "--overlap", "0.25", "-j", "0", "--float32",
                "--clip-mode", "none", "-o", "/output", "--filename", "{stem}.{ext}", "--", "/input",
            ])
        #expect(settings.stems.map(\.name) == StemName.standard)
        #expect(settings.stems[0].file == "htdemucs/vocals.wav")
        #expect(settings.environment["OMP_NUM_THREADS"] == Secret("1"))
        #expect(!settings.billed && !settings.sumsToMix)
    }

    @Test func `the Demucs preset knows its models`() throws {
        #expect(try CommandSettings.preset(.demucs, .init(model: "htdemucs_ft")).passes == 4)
        #expect(try CommandSettings.preset(.demucs, .init(model: "htdemucs_6s")).stems.count == 6)
        #expect(
            try CommandSettings.preset(.demucs, .init(model: "hf://some/model")).stems[0].file
                == "some_model/vocals.wav")
        #expect(throws: Failure.self) { try CommandSettings.preset(.demucs, .init(model: "--help")) }

        var options = CommandSettings.PresetOptions()
        options.program = "/opt/demucs/bin/demucs"
        options.twoStems = .vocals
        options.extraArguments = ["--repo", "/models/{x}"]
        options.environment = ["OMP_NUM_THREADS": Secret("4")]
        let settings = try CommandSettings.preset(.demucs, options)
        #expect(settings.stems.map(\.name.rawValue) == ["vocals", "instrumental"])
        #expect(settings.stems.map(\.file) == ["htdemucs/vocals.wav", "htdemucs/no_vocals.wav"])
        #expect(settings.environment["OMP_NUM_THREADS"] == Secret("4"))
        let arguments = try arguments(of: settings)
        #expect(arguments.first == "/opt/demucs/bin/demucs")
        #expect(arguments.contains("/models/{x}"))
        options.twoStems = StemName(rawValue: "piano")
        let frozen = options
        #expect(throws: Failure.self) { try CommandSettings.preset(.demucs, frozen) }
    }

    @Test func `the audio-separator preset names the files it wants`() throws {
        let settings = try CommandSettings.preset(.audioSeparator)
        #expect(
            try arguments(of: settings) == [
                "audio-separator", "--model_filename", "model_bs_roformer_ep_317_sdr_12.9755.ckpt", "--output_format",
                "WAV", "--output_dir", "/output", "--custom_output_names",
                #"{"Vocals":"vocals","Instrumental":"instrumental"}"#, "/input",
            ])
        #expect(settings.stems.map(\.file) == ["vocals.wav", "instrumental.wav"])
        let demucs = try CommandSettings.preset(.audioSeparator, .init(model: "htdemucs_ft.yaml"))
        #expect(demucs.stems.map(\.name) == StemName.standard)
        #expect(try CommandSettings.preset(.audioSeparator, .init(model: "htdemucs_6s.yaml")).stems.count == 6)
    }
}
