// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage

extension DeliverySettings {
    /// The three words of `source`.
    enum SourceChoice: String, CaseIterable { case keep, move, delete }

    var sourceChoice: SourceChoice {
        get {
            switch source {
            case .keep: .keep
            case .move: .move
            case .delete: .delete
            }
        }
        set {
            switch newValue {
            case .keep: source = .keep
            case .move: source = .move(to: moveTarget ?? FilePath())
            case .delete: source = .delete
            }
        }
    }

    /// Where a moved source goes; has a place only while the source is moved. Empty until it is known.
    var moveTarget: FilePath? {
        get {
            guard case .move(let target) = source, !target.isEmpty else { return nil }
            return target
        }
        set {
            guard case .move = source else { return }
            source = .move(to: newValue ?? FilePath())
        }
    }
}
