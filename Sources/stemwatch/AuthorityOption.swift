// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import SystemPackage

struct AuthorityOption: ParsableArguments {
    @Option(help: "Certificates (PEM) of a private authority. Default: ca_file of the backend.", completion: .file())
    private var caFile: TypedPath?

    var file: FilePath? {
        get throws { try caFile?.absolute() }
    }
}
