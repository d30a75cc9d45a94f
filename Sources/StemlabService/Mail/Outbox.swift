// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// A folder that mails are written into, each a file named by its id (RFC 5322, UTF-8): for a machine without a mail provider,
/// or another program that sends them on. Writing one twice is writing it once.
public struct Outbox: MailCarrier {
    let folder: FilePath
    /// Whom mails come from.
    let sender: String

    public init(_ folder: FilePath, from sender: String) {
        self.folder = folder
        self.sender = sender
    }

    public func deliver(_ mail: QueuedMail) async throws(Failure) {
        try await BlockingPool.shared.run { () throws(Failure) in try write(mail) }
    }

    private func write(_ mail: QueuedMail) throws(Failure) {
        try PrivateFile.makeDirectory(folder)
        let lines = [
            "From: \(sender)", "To: \(mail.recipient)", "Subject: \(mail.subject)", "Message-ID: <\(mail.id)@stemlab>",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
            mail.text,
        ]
        try DurableFiles.replace(folder.appending("\(mail.id).eml"), with: Array(lines.joined(separator: "\n").utf8))
    }
}
