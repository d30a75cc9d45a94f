// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Finds slots (the numbers under which the book keeps its jobs) by a hash, in eight bytes an entry: open addressing over
/// cells that hold the slot and 32 bits of the hash. What the hash stands for is looked up in the job itself, so whoever asks
/// says whether a candidate is the right one.
struct SlotIndex: Sendable {
    /// 0: empty; else the hash in the upper half, the slot plus one in the lower.
    private var cells: [UInt64] = []
    private(set) var count = 0

    /// The first slot under `hash` for which `isRight` holds, in the order they were added.
    func first(_ hash: Int, where isRight: (UInt32) -> Bool) -> UInt32? {
        position(hash, where: isRight).map { Self.slot(cells[$0]) }
    }

    /// Where that slot stands, for ``put(_:_:at:)``.
    func position(_ hash: Int, where isRight: (UInt32) -> Bool) -> Int? {
        guard !cells.isEmpty else { return nil }
        let mask = cells.count - 1
        let wanted = UInt32(truncatingIfNeeded: hash)
        var position = Int(wanted) & mask
        while cells[position] != 0 {
            if UInt32(cells[position] >> 32) == wanted, isRight(Self.slot(cells[position])) { return position }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Adds `slot` beside whatever else is under `hash`, or in the place of what stands at `position`.
    mutating func put(_ slot: UInt32, _ hash: Int, at position: Int? = nil) {
        let cell = UInt64(UInt32(truncatingIfNeeded: hash)) << 32 | UInt64(slot + 1)
        if let position {
            cells[position] = cell
            return
        }
        if count * 4 >= cells.count * 3 { grow() }
        place(cell)
        count += 1
    }

    private mutating func place(_ cell: UInt64) {
        let mask = cells.count - 1
        var position = Int(cell >> 32) & mask
        while cells[position] != 0 { position = (position + 1) & mask }
        cells[position] = cell
    }

    private mutating func grow() {
        let old = cells
        cells = Array(repeating: 0, count: max(16, old.count * 2))
        for cell in old where cell != 0 { place(cell) }
    }

    private static func slot(_ cell: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: cell) - 1 }
}
