// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What this is, for `--version`, `status` and manifests.
public enum StemwatchVersion {
    public static let text = "0.1.0"
}
