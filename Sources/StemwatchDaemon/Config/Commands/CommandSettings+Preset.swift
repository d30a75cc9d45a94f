// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

extension CommandSettings {
    /// The options of a preset, none of them required.
    struct PresetOptions: Hashable, Sendable {
        /// The program; `nil`: the preset's own name, looked for in `PATH`.
        var program: String?
        /// `nil`: the preset's default.
        var model: String?
        /// `cpu`, `cuda`, `cuda:1`, …; only Demucs takes it (audio-separator finds out by itself).
        var device = "cpu"
        /// Threads a separation computes with.
        var threads = 1
        /// One stem and the rest, instead of all that the model makes.
        var twoStems: StemName?
        /// Arguments put before the preset's own, such as `--repo DIR`. No placeholders.
        var extraArguments: [String] = []
        /// Set on top of the preset's.
        var environment: [String: Secret] = [:]
    }

    /// The settings of a known program.
    /// - Throws: `config.invalid` for what the program cannot do.
    static func preset(_ preset: Preset, _ options: PresetOptions = PresetOptions()) throws(Failure) -> Self {
        let settings =
            switch preset {
            case .demucs: try demucs(options)
            case .audioSeparator: try audioSeparator(options)
            }
        try settings.validate()
        return settings
    }

    /// An argument as it is, with no placeholder in it.
    static func literal(_ argument: String) -> String {
        String(argument.flatMap { $0 == "{" || $0 == "}" ? [$0, $0] : [$0] })
    }

    /// Limits the threads of numeric libraries.
    static func threadLimits(_ threads: Int) -> [String: Secret] {
        let value = Secret("\(threads)")
        return ["OMP_NUM_THREADS": value, "MKL_NUM_THREADS": value, "OPENBLAS_NUM_THREADS": value]
    }
}
