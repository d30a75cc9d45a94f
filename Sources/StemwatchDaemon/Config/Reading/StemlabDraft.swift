// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings
import SystemPackage

/// A service, as far as it was read.
struct StemlabDraft {
    var url: ServiceURL?
    var tokenFile: FilePath?
    var tokenCredential: FilePath?
    var model = StemlabSettings.defaultModel
    var stems = StemName.standard
    var transferFormat = AudioContainer.wav
    var sumsToMix = false
    var uploadKilobits: Int?
    var caFile: FilePath?
    var stall = StemlabSettings.defaultStall

    /// `nil` after reporting what is missing or cannot be.
    func settings(
        _ secrets: SecretReader, of backend: BackendDraft, _ problems: inout ProblemCollector
    ) -> StemlabSettings? {
        guard let url else {
            problems.error(
                backend.mark, "backend \(backend.settings.name) has no url",
                hint: "write url: https://stems.example.com")
            return nil
        }
        guard !stems.isEmpty else {
            problems.error(backend.mark("stems"), "stems is empty", hint: "leave it out for the usual four")
            return nil
        }
        var settings = StemlabSettings(url: url)
        settings.tokenFile = tokenFile
        settings.model = model
        settings.stems = stems
        settings.transferFormat = transferFormat
        settings.sumsToMix = sumsToMix
        settings.uploadKilobits = uploadKilobits
        settings.caFile = caFile
        settings.stall = stall
        guard let tokenCredential else { return settings }
        guard tokenFile == nil else {
            problems.error(
                backend.mark("token_credential"), "token_credential stands here beside token_file",
                hint: "keep one of the two")
            return nil
        }
        guard let directory = secrets.environment["CREDENTIALS_DIRECTORY"] else {
            problems.error(
                backend.mark("token_credential"), "there are no credentials, since CREDENTIALS_DIRECTORY is not set",
                hint: "run under systemd with LoadCredential=\(Printable(tokenCredential)):/path, or use token_file")
            return nil
        }
        settings.tokenFile = FilePath(directory).pushing(tokenCredential)
        return settings
    }
}
