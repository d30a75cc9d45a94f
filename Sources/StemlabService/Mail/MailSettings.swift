// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// How mails are sent.
struct MailSettings: Hashable, Sendable {
    /// `nil`: below the state directory.
    var outbox: FilePath?
    var sender = "stemlab@localhost"
    var resend = ResendSettings()
}

/// The provider that mails are sent through.
struct ResendSettings: Hashable, Sendable {
    /// `nil`: mails go into the outbox.
    var apiKey: SecretSource?
    /// `nil`: Resend's own.
    var url: ServiceURL?
    var caFile: FilePath?
}
