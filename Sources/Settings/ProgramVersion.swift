// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The release that both programs are of: for `--version`, `status`, `/v1/health` and requests to a service.
public enum ProgramVersion {
    public static let text = "0.1.0"
}
