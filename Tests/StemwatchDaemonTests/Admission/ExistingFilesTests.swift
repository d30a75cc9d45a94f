// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

struct ExistingFilesTests {
    private let inbox = FolderName(rawValue: "inbox")

    @Test(
        arguments: [
            (nil, BackendTraits.Billing.free, nil), (nil, .billed, Remedy.hold(until: .person)),
            (ExistingPolicy.take, .billed, nil), (.hold, .free, .hold(until: .person)), (.ignore, .free, .reject),
        ] as [(ExistingPolicy?, BackendTraits.Billing, Remedy?)])
    func `old files are taken where it is free, held where it is billed, never skipped in silence`(
        policy: ExistingPolicy?, billing: BackendTraits.Billing, remedy: Remedy?
    ) {
        let refusal = ExistingFiles.refusal(policy: policy, billing: billing, folder: inbox)
        #expect(refusal?.remedy == remedy)
        #expect(refusal == nil || refusal?.code == .sourceExisted)
    }

    @Test func `an old file copied in today is new: the kernel's time counts, not the file's`() {
        let watched = WallTime(milliseconds: 1_000_000)
        let old = FileIdentity(device: 1, inode: 1, size: 1, modified: 0, changed: 999_999_000_000)
        let fresh = FileIdentity(device: 1, inode: 1, size: 1, modified: 0, changed: 1_000_000_000_000)
        #expect(ExistingFiles.wasThere(old, before: watched))
        #expect(!ExistingFiles.wasThere(fresh, before: watched))
    }
}
