// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Takes mails away: into a folder, or to a provider.
///
/// Taking one twice is taking it once: by its id it is known again, for at least ``MailQueue/patience``.
protocol MailTransport: Sendable {
    /// - Throws: with remedy `reject`: this mail can never be sent; `retry` without a time: it may be later; any other:
    ///   no mail can be sent for now. No message holds an address, or anything of a mail.
    func deliver(_ mail: QueuedMail) async throws(Failure)

    /// Takes mails back whose account was erased, as far as they are still here. What is not here is no error.
    func takeBack(_ mails: [String]) async throws(Failure)
}
