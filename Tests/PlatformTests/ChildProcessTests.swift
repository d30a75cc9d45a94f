// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import TestKit
import Testing

@testable import Platform

@Suite(.timeLimit(.minutes(5)))
struct ChildProcessTests {
    private let directory = TemporaryDirectory()

    private func shell(_ script: String) -> ChildProcess.Launch {
        var launch = ChildProcess.Launch(
            program: "/bin/sh", arguments: ["sh", "-c", script].map { Array($0.utf8) }, environment: ["A": "b c"])
        launch.directory = directory.path
        return launch
    }

    private func ending(of child: ChildProcess) throws -> ChildProcess.Ending? {
        let process = try #require(try ProcessHandle(child.id))
        #expect(try process.waitForEnd(atMost: .seconds(20)))
        return child.reap()
    }

    @Test func `a child starts in its directory, with its arguments and environment, and its end is known`() throws {
        #expect(try ending(of: ChildProcess.start(shell("echo \"$A $PWD\" > output; exit 7"))) == .exited(7))
        #expect(try directory("output").bytes() == Array("b c \(directory.path)\n".utf8))
        #expect(try ending(of: ChildProcess.start(shell("kill -KILL $$"))) == .signalled(9))
    }

    @Test func `an argument may be any bytes`() throws {
        var launch = shell("printf %s \"$1\" > output")
        launch.arguments += [[0x73], [0xFF, 0x0A, 0x20, 0x22]]
        #expect(try ending(of: ChildProcess.start(launch)) == .exited(0))
        #expect(try directory("output").bytes() == [0xFF, 0x0A, 0x20, 0x22])
    }

    @Test func `a program that cannot be started is an error, and leaves nothing behind`() throws {
        var launch = shell("")
        launch.program = directory("nothing")
        #expect(throws: Errno.noSuchFileOrDirectory) { try ChildProcess.start(launch) }
        try directory("nothing").write("no program")
        #expect(throws: Errno.permissionDenied) { try ChildProcess.start(launch) }
    }

    /// Masks and ignored signals survive exec.
    @Test func `a child has no descriptors but its own, its own session, and default signals`() throws {
        let file = try FileDescriptor.open(
            directory("kept"), .writeOnly, options: [.create], permissions: .ownerReadWrite)
        defer { try? file.close() }
        // The signals without a fork: dash blocks all of them while it waits for a child.
        let script = """
            while read name value; do case $name in SigBlk:|SigIgn:) echo $value;; esac; done < /proc/$$/status > signals
            ls /proc/self/fd | wc -l > fds; cut -d' ' -f1,5,6 /proc/$$/stat > ids
            """
        let child = try ChildProcess.start(shell(script))
        #expect(try ending(of: child) == .exited(0))
        // 0, 1, 2, and the one that ls reads the directory with.
        #expect(try directory("fds").bytes() == Array("4\n".utf8))
        #expect(try directory("ids").bytes() == Array("\(child.id) \(child.id) \(child.id)\n".utf8))
        for line in try directory("signals").bytes().split(separator: 10) {
            // All but 32 and 33, which libc reserves and lets no program set or reset.
            let set = try #require(UInt64(String(decoding: line, as: UTF8.self), radix: 16))
            #expect(set & ~(3 << 31) == 0)
        }
    }

    @Test func `a child gets the niceness and the memory limit of its launch`() throws {
        var launch = shell("cut -d' ' -f19 /proc/$$/stat > nice; ulimit -v > memory")
        launch.niceness = 15
        launch.idleIO = true
        launch.addressSpace = 1 << 30
        #expect(try ending(of: ChildProcess.start(launch)) == .exited(0))
        #expect(try directory("nice").bytes() == Array("15\n".utf8))
        #expect(try directory("memory").bytes() == Array("1048576\n".utf8))
    }

    @Test func `a lock passes to a child without a gap, and ends with it`() throws {
        directory("latch").makeFIFO()
        let path = directory("lock")
        var lock = try FileLock.take(path)
        var launch = shell("read line < latch; flock -n -x 3")
        launch.lock = lock
        let child = try ChildProcess.start(launch)
        launch.lock = nil
        lock = nil
        #expect(try FileLock.take(path) == nil)
        #expect(try FileLock.holder(of: path) == nil, "nobody signed")
        try directory("latch").write("\n")
        #expect(try ending(of: child) == .exited(0))
        // A program that another test starts at this moment has a copy of the lock until it runs.
        let deadline = ContinuousClock.now + .seconds(30)
        repeat { lock = try FileLock.take(path) } while lock == nil && ContinuousClock.now < deadline
        #expect(lock != nil)
    }

    @Test func `output of a child is read until its writers are gone`() throws {
        let (reader, writer) = try Pipe.open()
        defer { try? reader.close() }
        var launch = shell("echo out; echo err >&2")
        launch.output = writer
        #expect(try Pipe.drain(reader) == [])
        let child = try ChildProcess.start(launch)
        try writer.close()
        #expect(try ending(of: child) == .exited(0))
        #expect(try Pipe.drain(reader) == Array("out\nerr\n".utf8))
        // A child that another test starts this moment may have the writer too, until it becomes its program.
        _ = try Readiness.wait(for: [reader])
        #expect(try Pipe.drain(reader) == nil)
    }

    @Test func `marked processes are found in any session`() throws {
        directory("ready").makeFIFO()
        directory("latch").makeFIFO()
        let mark = directory.path.lastComponent!.string
        // In another session, and with no parent left.
        var launch = shell("setsid sh -c 'echo $$ > ready; read line < latch' & exit 0")
        launch.environment["STEMWATCH_TEST"] = mark
        let child = try ChildProcess.start(launch)
        #expect(try ending(of: child) == .exited(0))
        let line = String(decoding: try directory("ready").bytes().dropLast(), as: UTF8.self)
        let number = try #require(Int32(line))
        let stray = try #require(try ProcessHandle(number))
        #expect(try MarkedProcesses.end(marked: "STEMWATCH_TEST", mark) == 1)
        #expect(try stray.waitForEnd(atMost: .seconds(20)))
        #expect(try MarkedProcesses.end(marked: "STEMWATCH_TEST", mark) == 0)
    }

    @Test func `programs are found as a shell finds them, but never by a relative entry`() throws {
        #expect(ProgramSearch.find("sh", in: "/nowhere:/bin") == "/bin/sh")
        #expect(ProgramSearch.find("sh", in: ".:bin:") == nil)
        #expect(ProgramSearch.find("/bin/sh", in: "") == "/bin/sh")
        #expect(ProgramSearch.find("/bin", in: "") == nil)
        try directory("script").write("#!/bin/sh")
        #expect(ProgramSearch.find("script", in: directory.path.string) == nil)
    }
}
