// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Whether sources are still there. Only a certain "no" counts: any doubt is a "yes".
enum SourcePresence {
    /// - Parameter sources: a job, the absolute path of its source, and the root of its folder.
    /// - Returns: the jobs whose source is certainly gone.
    static func absent(_ sources: [(JobID, FilePath, root: FilePath)]) async -> [JobID] {
        do {
            return try await BlockingPool.shared.run { () throws(Failure) -> [JobID] in
                var absent: [JobID] = []
                for (job, source, root) in sources {
                    // An unmounted share leaves no directory, or another one, which its watch then says.
                    guard try FileStatus.at(root) != nil, try FileStatus.at(source) == nil else { continue }
                    absent.append(job)
                }
                return absent
            }
        } catch {
            return []  // Could not look: so nothing is certainly gone. The next scan asks again.
        }
    }
}
