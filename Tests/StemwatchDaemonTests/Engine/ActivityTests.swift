// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import Testing

@testable import StemwatchDaemon

@Suite struct ActivityTests {
    @Test func `unfinished work never shows as finished`() {
        #expect(Activity(kind: .uploading, fraction: 0.429).words == "uploading 42 %")
        #expect(Activity(kind: .downloading, fraction: 0.9999).words == "downloading 99 %")
        #expect(Activity(kind: .separating, fraction: nil).words == "separating")
        let progress = ProgressTracker()
        #expect(progress.activity == nil)
        for (given, shown) in [(-1, 0), (0.25, 0.25), (7, 1)] {
            progress.show(.uploading, given)
            #expect(progress.activity == Activity(kind: .uploading, fraction: shown))
        }
        progress.clear()
        #expect(progress.activity == nil)
    }

    @Test func `the service manager's line names three jobs, and that there are more`() {
        let uploading = Activity(kind: .uploading, fraction: 0.42)
        #expect(Activity.line(of: []) == "")
        #expect(Activity.line(of: [uploading]) == " (uploading 42 %)")
        let three = " (uploading 42 %, uploading 42 %, uploading 42 %"
        #expect(Activity.line(of: [Activity](repeating: uploading, count: 3)) == three + ")")
        #expect(Activity.line(of: [Activity](repeating: uploading, count: 4)) == three + ", …)")
    }

    @Test func `parts count by their size, and equally where one is not known`() {
        let known = CombinedProgress([100, 300])
        #expect(known.share(in: 0, 0.5) == 0.125)
        #expect(known.share(in: 1, 0) == 0.25)
        #expect(known.share(in: 1, 1) == 1)
        for unknown in [CombinedProgress([100, nil]), CombinedProgress([0, 0]), CombinedProgress([-5, 0])] {
            #expect(unknown.share(in: 0, 1) == 0.5)
            #expect(unknown.share(in: 1, 0.5) == 0.75)
        }
    }

    @Test func `bytes that are sent again do not lower the progress`() {
        let reported = Mutex<[Double]>([])
        let share = MonotonicProgress { share in reported.withLock { $0.append(share) } }
        for moved: Int64 in [0, 50, 20, 50, 60, 100, 130] { share.tell(moved, of: 100) }
        #expect(reported.withLock { $0 } == [0, 0.5, 0.6, 1])
    }
}
