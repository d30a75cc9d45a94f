// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform

/// A program that separates, run without a shell.
public struct CommandSettings: Hashable, Sendable {
    public enum Preset: String, Sendable, CaseIterable { case demucs, audioSeparator = "audio-separator" }

    /// Set to the job in the environment of the program and of all it starts: it marks processes that are left over.
    static let jobVariable = "STEMWATCH_JOB"

    /// The program and its arguments: `{input}` (the audio, a copy with a plain name), `{output}` (an empty directory
    /// for the stems), `{work}` (the directory of both, where the program starts), `{stems}` (the names of those
    /// wanted, with commas), `{model}`, `{threads}`; `{{` and `}}` for braces.
    public var arguments: [String]
    /// Where each stem is to be found below the output directory once the program ended.
    public var stems: [StemFile]
    public var preset: Preset?
    /// Names the model; part of the settings key.
    public var model: String
    /// Set on top of a minimal environment. Any value may be a token, so each is a secret; revealed to the child alone.
    public var environment: [String: Secret]
    /// It spends money: never run again by guess.
    public var billed: Bool
    /// It promises stems that sum to the mix.
    public var sumsToMix: Bool
    /// What `{threads}` becomes.
    public var threads = 1
    /// Progress bars it shows one after the other, such as one a model.
    public var passes = 1

    public struct StemFile: Hashable, Sendable {
        public var name: StemName
        /// Relative to the output directory.
        public var file: String
        public init(name: StemName, file: String) {
            self.name = name
            self.file = file
        }
    }

    public init(
        arguments: [String], stems: [StemFile], preset: Preset? = nil, model: String,
        environment: [String: Secret] = [:], billed: Bool = false, sumsToMix: Bool = false
    ) {
        self.arguments = arguments
        self.stems = stems
        self.preset = preset
        self.model = model
        self.environment = environment
        self.billed = billed
        self.sumsToMix = sumsToMix
    }
}
