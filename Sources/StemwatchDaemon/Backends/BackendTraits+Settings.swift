// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio

extension BackendTraits {
    /// Names everything besides the audio that decides what the stems are: the same audio with the same settings is paid for
    /// once.
    /// - Parameter stems: those wanted; `nil`: all there are.
    func settings(for stems: [StemName]?) -> String {
        "\(kind)/\(model)/" + (stems ?? self.stems).map(\.rawValue).sorted().joined(separator: ",")
    }
}
