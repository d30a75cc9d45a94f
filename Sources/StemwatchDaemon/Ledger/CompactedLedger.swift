// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// The ledger that is to take the place of the present one, complete but for what is still being appended to that.
final class CompactedLedger: Sendable {
    private let file: Mutex<ReplacementFile>
    private let place: LedgerFiles

    init(_ file: consuming sending ReplacementFile, _ place: LedgerFiles) {
        self.file = Mutex(file)
        self.place = place
    }

    /// Carries over the stretch `rest` of the ledger as it is, and takes its place.
    func succeed(_ ledger: FileDescriptor, rest: Range<Int64>) -> GroupCommitFile.Replacement {
        file.withLock { file in
            do throws(Failure) {
                try place.copy(rest, of: ledger) { (bytes) throws(Failure) in try file.append(bytes) }
                // Before the point of no return: afterwards, opening it must not fail.
                let descriptor = try file.openForAppending()
                do throws(Failure) { try file.publish() } catch {
                    descriptor.closeQuietly()
                    throw error
                }
                return .replaced(descriptor, size: file.size)
            } catch {
                return file.isPublished
                    ? .lost(Failure(.ledgerWrite, error.message, hint: error.hint, remedy: .stop)) : .abandoned(error)
            }
        }
    }
}
