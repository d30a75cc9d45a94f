// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What this is, for `--version` and `/v1/health`.
package enum StemlabVersion {
    package static let text = "0.2.0"
}
