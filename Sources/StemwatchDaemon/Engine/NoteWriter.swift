// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform
import SystemPackage

/// Keeps the problem notes in output folders in step with the jobs, one after another.
struct NoteWriter: Sendable {
    let log: Logger

    func run(_ engine: Engine) async {
        for await notice in engine.noticeStream {
            let (folder, key) = (notice.folder, notice.job.key)
            let notes = ProblemNotes(folder.delivery, watched: folder.watch.root)
            do throws(Failure) {
                if let (kind, problem) = notice.problem {
                    let source = folder.watch.root.pushing(key.path)
                    if notice.isRecalled, try await !isThere(source) { continue }
                    try await notes.write(kind, problem, about: key, at: source)
                } else {
                    try await notes.clear(key)
                }
            } catch {
                log.warning(
                    "\(error.message)", metadata: ["job": "\(notice.job.id)", "code": "\(error.code.rawValue)"])
            }
        }
    }

    private func isThere(_ source: FilePath) async throws(Failure) -> Bool {
        try await BlockingPool.shared.run { () throws(Failure) in try FileStatus.at(source) != nil }
    }
}
