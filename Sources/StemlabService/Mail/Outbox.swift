// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// A folder that mails are written into, each a file named by its id (RFC 5322, UTF-8): for a machine without a mail
/// provider, or another program that sends them on. Writing one twice is writing it once. What is not taken away goes
/// by itself.
struct Outbox: MailTransport {
    /// How long a file stays: longer than any code in it works, and than a program that sends them on may be down.
    static let patience = Duration.seconds(7 * 86_400)

    let folder: FilePath
    /// Whom mails come from.
    let sender: String

    init(_ folder: FilePath, from sender: String) {
        self.folder = folder
        self.sender = sender
    }

    func deliver(_ mail: QueuedMail) async throws(Failure) {
        try await BlockingPool.shared.run { () throws(Failure) in try write(mail) }
    }

    private func write(_ mail: QueuedMail) throws(Failure) {
        try DurableFiles.makeDirectories(folder, mode: 0o700)
        let lines = [
            "From: \(sender)", "To: \(mail.recipient)", "Subject: \(mail.subject)", "Message-ID: <\(mail.id)@stemlab>",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
            mail.text,
        ]
        try DurableFiles.replace(file(of: mail.id), with: Array(lines.joined(separator: "\n").utf8))
    }

    private func file(of mail: String) -> FilePath { folder.appending("\(mail).eml") }

    func takeBack(_ mails: [String]) async throws(Failure) {
        try await BlockingPool.shared.run { () throws(Failure) in
            guard try FileStatus.at(folder) != nil else { return }
            for mail in mails { try DurableFiles.removeTree(file(of: mail)) }
            try DurableFiles.sync(directory: folder)
        }
    }

    /// Removes the files that have been there for too long. What is not a mail of ours is left alone.
    func sweep(at now: WallTime) async throws(Failure) {
        let old = now.advanced(by: .zero - Self.patience)
        try await BlockingPool.shared.run { () throws(Failure) in
            guard try FileStatus.at(folder) != nil else { return }
            for entry in try DirectoryListing.entries(of: folder) {
                let path = folder.appending(entry.name)
                guard entry.name.extension == "eml", Identifier.isWellFormed(entry.name.stem, .mail),
                    let status = try FileStatus.at(path), status.kind == .regular,
                    WallTime(milliseconds: status.identity.modified / 1_000_000) <= old
                else { continue }
                try DurableFiles.removeTree(path)
            }
        }
    }
}
