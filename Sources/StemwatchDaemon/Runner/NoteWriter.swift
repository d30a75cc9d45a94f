// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform
import SystemPackage

/// Keeps the problem notes in output folders in step with the jobs. Notes of one folder are written one after another,
/// so that the newest stays. Folders are independent: one whose disk hangs delays no other.
struct NoteWriter: Sendable {
    let log: Logger

    func run(_ notices: AsyncStream<Notice>) async {
        await withDiscardingTaskGroup { group in
            var folders: [FolderName: AsyncStream<Notice>.Continuation] = [:]
            for await notice in notices {
                let name = notice.folder.name
                if folders[name] == nil {
                    let (own, continuation) = AsyncStream.makeStream(of: Notice.self)
                    folders[name] = continuation
                    group.addTask { for await notice in own { await write(notice) } }
                }
                folders[name]?.yield(notice)
            }
            for folder in folders.values { folder.finish() }
        }
    }

    private func write(_ notice: Notice) async {
        let (folder, key) = (notice.folder, notice.job.key)
        let notes = ProblemNotes(folder.delivery, watched: folder.watch.root)
        do throws(Failure) {
            guard let (kind, problem) = notice.problem else { return try await notes.clear(key) }
            let source = folder.source(of: key)
            if notice.isRecalled, try await !isThere(source) { return }
            try await notes.write(kind, problem, about: key, at: source)
        } catch {
            log.warning(
                "\(error.message)", metadata: ["job": "\(notice.job.id)", "code": "\(error.code.rawValue)"])
        }
    }

    private func isThere(_ source: FilePath) async throws(Failure) -> Bool {
        try await BlockingPool.shared.run { () throws(Failure) in try FileStatus.at(source) != nil }
    }
}
