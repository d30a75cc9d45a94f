// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The jobs that are over, packed end to end in blocks, so that a hundred thousand of them fit in a few dozen megabytes.
struct PackedJobs: Sendable {
    /// Where a packed job stands.
    struct Place: Hashable, Sendable {
        fileprivate var block: UInt32
        fileprivate var offset: UInt32
    }

    private var blocks: [[UInt8]] = []
    /// Packs one job after the other, in the same room; keeps the texts of them all.
    private var writer = PackedWriter()
    /// Bytes in all blocks, and those of jobs that were taken out.
    private(set) var used = 0
    private(set) var dead = 0

    private static let blockSize = 1 << 18

    mutating func add(_ job: Job) -> Place {
        writer.clear()
        writer.job(job)
        let place = roomFor(writer.bytes.count + 10)
        let block = blocks.count - 1
        blocks[block].append(varint: UInt64(writer.bytes.count))
        blocks[block] += writer.bytes
        used += blocks[block].count - Int(place.offset)
        return place
    }

    func job(at place: Place) -> Job {
        var reader = reader(at: place)
        return reader.job()
    }

    /// At the start of the job.
    func reader(at place: Place) -> PackedReader {
        var reader = PackedReader(blocks[Int(place.block)], at: Int(place.offset), texts: writer.texts)
        _ = reader.number()
        return reader
    }

    /// The job at `place` is packed no more; its room is lost until the jobs are packed anew.
    mutating func remove(_ place: Place) {
        dead += record(at: place).count
    }

    /// Whether as much is lost as is in use, and enough to be worth the work.
    var isWorthRepacking: Bool { dead > 1 << 20 && dead > used / 2 }

    /// Room for the same jobs, which are then added from here one by one.
    func emptied() -> PackedJobs {
        var fresh = PackedJobs()
        fresh.writer = writer
        return fresh
    }

    /// Takes over a job of the one this was emptied from.
    mutating func add(from old: PackedJobs, _ place: Place) -> Place {
        let record = old.record(at: place)
        let place = roomFor(record.count)
        blocks[blocks.count - 1] += record
        used += record.count
        return place
    }

    private func record(at place: Place) -> ArraySlice<UInt8> {
        var reader = PackedReader(blocks[Int(place.block)], at: Int(place.offset), texts: TextTable())
        let count = Int(reader.number())
        return blocks[Int(place.block)][Int(place.offset)..<reader.position + count]
    }

    /// Where the next record goes: the end of the last block, which has room for `count` bytes.
    private mutating func roomFor(_ count: Int) -> Place {
        if blocks.isEmpty || blocks[blocks.count - 1].count + count > Self.blockSize {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(max(Self.blockSize, count))
        }
        return Place(block: UInt32(blocks.count - 1), offset: UInt32(blocks[blocks.count - 1].count))
    }
}
