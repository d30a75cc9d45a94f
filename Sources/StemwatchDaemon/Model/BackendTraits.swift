// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio

/// The kinds of backends, in the words of the configuration, of settings keys and of `stems.json`.
public enum BackendKind: String, CaseIterable, Sendable {
    /// The separator inside Stemwatch.
    case builtin
    /// Another program on this machine.
    case command
    /// A service elsewhere.
    case stemlab
}

/// What a backend is like; fixed for its lifetime.
public struct BackendTraits: Hashable, Sendable {
    public enum Billing: Hashable, Sendable {
        /// Costs time only: after a crash it may run again.
        case free
        /// Costs money or minutes at submission: never submitted again by guess.
        case billed
    }
    public var name: BackendName
    public var kind: BackendKind
    /// What decides the stems besides the audio; part of the settings key.
    public var model: String
    /// The stems it can make, in the order they are written.
    public var stems: [StemName]
    public var billing: Billing
    public var pollInterval: Duration = .milliseconds(200)
    /// It promises stems that sum to the mix.
    public var sumsToMix: Bool
}

extension BackendTraits {
    /// Names everything besides the audio that decides what the stems are: the same audio with the same settings is
    /// paid for once.
    /// - Parameter stems: those wanted; `nil`: all there are.
    func settings(for stems: [StemName]?) -> String {
        "\(kind.rawValue)/\(model)/" + (stems ?? self.stems).map(\.rawValue).sorted().joined(separator: ",")
    }
}
