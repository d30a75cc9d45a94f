// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform

extension CommandSettings {
    /// What may be said about a preset; all of it may be left out.
    public struct PresetOptions: Hashable, Sendable {
        /// The program; `nil`: the preset's own name, looked for in `PATH`.
        public var program: String?
        /// `nil`: the preset's default.
        public var model: String?
        /// `cpu`, `cuda`, `cuda:1`, …; only Demucs takes it (audio-separator finds out by itself).
        public var device = "cpu"
        /// Threads a separation computes with.
        public var threads = 1
        /// One stem and the rest, instead of all that the model makes.
        public var twoStems: StemName?
        /// Arguments put before the preset's own, such as `--repo DIR`. No placeholders.
        public var extraArguments: [String] = []
        /// Set on top of the preset's.
        public var environment: [String: Secret] = [:]
        public init() {}
    }

    /// A program that we know how to call.
    /// - Throws: `config.invalid` for what the program cannot do.
    public static func preset(_ preset: Preset, _ options: PresetOptions = PresetOptions()) throws(Failure)
        -> CommandSettings
    {
        let settings =
            switch preset {
            case .demucs: try demucs(options)
            case .audioSeparator: try audioSeparator(options)
            }
        try settings.validate()
        return settings
    }

    /// The same with everything but the model left out.
    public static func preset(_ preset: Preset, model: String?) throws(Failure) -> CommandSettings {
        var options = PresetOptions()
        options.model = model
        return try self.preset(preset, options)
    }

    /// An argument as it is, with no placeholder in it.
    static func literal(_ argument: String) -> String {
        String(argument.flatMap { $0 == "{" || $0 == "}" ? [$0, $0] : [$0] })
    }

    /// What keeps number crunchers to their threads.
    static func threadLimits(_ threads: Int) -> [String: Secret] {
        let value = Secret("\(threads)")
        return ["OMP_NUM_THREADS": value, "MKL_NUM_THREADS": value, "OPENBLAS_NUM_THREADS": value]
    }
}
