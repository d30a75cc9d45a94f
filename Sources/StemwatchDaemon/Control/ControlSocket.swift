// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// Where the daemon is asked.
public enum ControlSocket {
    public static func path(in stateDirectory: FilePath) -> FilePath { stateDirectory.appending("control.sock") }
}
