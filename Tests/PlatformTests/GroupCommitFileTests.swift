// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

struct GroupCommitFileTests {
    private let directory = TemporaryDirectory()
    private var path: FilePath { directory("log") }

    private func open(
        _ disk: FaultyDisk = FaultyDisk(), trouble: AsyncStream<Failure?>.Continuation? = nil
    ) throws -> GroupCommitFile {
        let descriptor = try FileDescriptor.open(
            path, .readWrite, options: [.append, .create], permissions: .ownerReadWrite)
        return try GroupCommitFile(
            descriptor, path, last: 0, codes: GroupCommitFile.Codes(full: .outputFull, write: .systemIO), lock: nil,
            calls: disk.calls, retryEvery: .milliseconds(1),
            onTrouble: { trouble?.yield($0) })
    }

    private func content() throws -> String { String(decoding: try path.bytes(), as: UTF8.self) }

    @Test func `what is durable is in the file, in order`() async throws {
        let file = try open()
        for i in 1...100 { file.append(Array("\(i)\n".utf8), through: UInt64(i)) }
        try await file.durable(through: 100)
        #expect(try content() == (1...100).map { "\($0)\n" }.joined())
        #expect(file.statistics.bytes == 292)
        try await file.close()
        try await file.close()
    }

    @Test func `closing writes what was appended, and later waits return`() async throws {
        let file = try open()
        file.append(Array("a\n".utf8), through: 1)
        try await file.close()
        #expect(try content() == "a\n")
        try await file.durable(through: 1)
        file.append(Array("b\n".utf8), through: 2)
        let failure = await #expect(throws: Failure.self) { try await file.durable(through: 2) }
        #expect(failure?.code == .systemIO)
    }

    @Test func `callers that wait while a sync runs share the next`() async throws {
        let (begun, sayBegun) = AsyncStream<Void>.makeStream()
        let (read, write) = try FileDescriptor.pipe()
        defer { for end in [read, write] { try? end.close() } }
        let disk = FaultyDisk(beforeSync: {
            sayBegun.yield()
            _ = withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { try? read.read(into: $0) }
        })
        let file = try open(disk)
        file.append(Array("0\n".utf8), through: 1)
        for await _ in begun { break }
        for i in 2...200 { file.append(Array("\(i)\n".utf8), through: UInt64(i)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for i in 1...200 { group.addTask { try await file.durable(through: UInt64(i)) } }
            _ = try write.writeAll([0, 0])
            try await group.waitForAll()
        }
        #expect(file.statistics.batches == 2)
        #expect(disk.log == [.write, .sync, .write, .sync])
        try await file.close()
    }

    @Test func `short writes go on where they stopped`() async throws {
        let disk = FaultyDisk()
        disk.shorten(writesTo: 7)
        let file = try open(disk)
        file.append(Array(repeating: 65, count: 100), through: 1)
        try await file.durable(through: 1)
        #expect(try content() == String(repeating: "A", count: 100))
        #expect(disk.log == Array(repeating: .write, count: 15) + [.sync])
        try await file.close()
    }

    @Test(arguments: [Errno.noSpace, .diskQuotaExceeded])
    func `a full disk is waited out, and nothing is written twice`(error: Errno) async throws {
        let (troubles, sayTrouble) = AsyncStream<Failure?>.makeStream()
        var trouble = troubles.makeAsyncIterator()
        let disk = FaultyDisk()
        disk.leave(room: 30)
        let file = try open(disk, trouble: sayTrouble)
        file.append(Array("first\n".utf8), through: 1)
        try await file.durable(through: 1)
        if error == .diskQuotaExceeded { disk.fail(.write, with: error) }
        file.append(Array((String(repeating: "second ", count: 10) + "\n").utf8), through: 2)
        async let second: Void = file.durable(through: 2)
        #expect(await trouble.next()??.code == .outputFull)
        file.append(Array("third\n".utf8), through: 3)
        try await file.durable(through: 1)
        disk.leave(room: nil)
        disk.fail(.write, with: nil)
        #expect(await trouble.next() == .some(nil))
        try await second
        try await file.durable(through: 3)
        #expect(try content() == "first\n" + String(repeating: "second ", count: 10) + "\nthird\n")
        try await file.close()
    }

    @Test func `a cancelled task does not wait for room`() async throws {
        let (troubles, sayTrouble) = AsyncStream<Failure?>.makeStream()
        let disk = FaultyDisk()
        disk.leave(room: 0)
        let file = try open(disk, trouble: sayTrouble)
        file.append([65], through: 1)
        let outcome = await withTaskGroup(of: Failure?.self) { group in
            group.addTask {
                do throws(Failure) { try await file.durable(through: 1) } catch { return error }
                return nil
            }
            for await _ in troubles { break }
            group.cancelAll()
            return await group.next()!
        }
        #expect(outcome?.code == .outputFull)
        let closing = await #expect(throws: Failure.self) { try await file.close() }
        #expect(closing?.code == .outputFull)
    }

    @Test(arguments: [FaultyDisk.Call.write, .sync])
    func `a failed write or sync is final, and never tried again`(call: FaultyDisk.Call) async throws {
        let (troubles, sayTrouble) = AsyncStream<Failure?>.makeStream()
        let disk = FaultyDisk()
        let file = try open(disk, trouble: sayTrouble)
        file.append(Array("safe\n".utf8), through: 1)
        try await file.durable(through: 1)
        disk.fail(call, with: .ioError)
        file.append(Array("lost\n".utf8), through: 2)
        let failure = await #expect(throws: Failure.self) { try await file.durable(through: 2) }
        #expect(failure?.code == .systemIO)
        #expect(failure?.remedy == .stop)
        for await trouble in troubles {
            #expect(trouble == failure)
            break
        }
        disk.fail(call, with: nil)
        let before = disk.log
        file.append(Array("later\n".utf8), through: 3)
        #expect(await #expect(throws: Failure.self) { try await file.durable(through: 3) } == failure)
        #expect(await #expect(throws: Failure.self) { try await file.close() } == failure)
        #expect(disk.log == before)
        try await file.durable(through: 1)
    }

    @Test func `another file replaces it, with all that was appended meanwhile`() async throws {
        let file = try open()
        file.append(Array("old\n".utf8), through: 1)
        let mark = file.end
        file.append(Array("between\n".utf8), through: 2)
        try await file.durable(through: 2)
        let path = path
        try await file.replace(after: mark) { old, rest in
            do {
                // What is appended during the replacement goes into the new file.
                file.append(Array("meanwhile\n".utf8), through: 3)
                let carried = try [UInt8](unsafeUninitializedCapacity: Int(rest.upperBound - rest.lowerBound)) {
                    $1 = try old.read(fromAbsoluteOffset: rest.lowerBound, into: UnsafeMutableRawBufferPointer($0))
                }
                let content = Array("new\n".utf8) + carried
                try path.write(content)
                let successor = try FileDescriptor.open(path, .readWrite, options: .append)
                return .replaced(successor, size: Int64(content.count))
            } catch {
                return .abandoned(Failure(.systemIO, "\(error)", remedy: .stop))
            }
        }
        #expect(file.end == 4 + 8 + 10)
        try await file.durable(through: 3)
        #expect(try content() == "new\nbetween\nmeanwhile\n")
        try await file.close()
    }

    @Test func `a file is written no more when a power cut may leave it or its successor`() async throws {
        let file = try open()
        let lost = Failure(.systemIO, "lost", remedy: .stop)
        await #expect(throws: lost) { try await file.replace(after: 0) { _, _ in .lost(lost) } }
        file.append([65], through: 1)
        await #expect(throws: lost) { try await file.durable(through: 1) }
        await #expect(throws: lost) { try await file.replace(after: 0) { _, _ in .abandoned(lost) } }
        #expect(try content() == "")
    }
}
