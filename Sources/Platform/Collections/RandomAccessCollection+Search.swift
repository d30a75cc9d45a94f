// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

extension RandomAccessCollection {
    /// The first index whose element meets `condition`; the end when there is none. The condition must hold for every
    /// element after the first that meets it. Binary search.
    @inlinable
    package func partitioningIndex(where condition: (Element) throws -> Bool) rethrows -> Index {
        var (low, count) = (startIndex, self.count)
        while count > 0 {
            let half = count / 2
            let middle = index(low, offsetBy: half)
            if try condition(self[middle]) {
                count = half
            } else {
                low = index(after: middle)
                count -= half + 1
            }
        }
        return low
    }
}
