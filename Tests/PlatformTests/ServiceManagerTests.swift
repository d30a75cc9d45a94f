// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import TestKit
import Testing

@testable import Platform

struct ServiceManagerTests {
    @Test func `each state is one datagram of sd_notify's protocol`() throws {
        let directory = TemporaryDirectory()
        let path = directory("notify").string
        let listener = NotifyListener(Array(path.utf8) + [0])
        let manager = try ServiceManager(environment: ["NOTIFY_SOCKET": path])
        #expect(manager.isPresent)

        try manager.ready(status: "2 folders")
        #expect(listener.next() == "READY=1\nSTATUS=2 folders")
        try manager.status("3 jobs")
        #expect(listener.next() == "STATUS=3 jobs")
        try manager.watchdog()
        #expect(listener.next() == "WATCHDOG=1")
        try manager.reloading()
        let reloading = try #require(listener.next())
        #expect(reloading.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]+/) != nil)
        try manager.stopping(status: "finishing 1 job")
        #expect(listener.next() == "STOPPING=1\nSTATUS=finishing 1 job")
        #expect(listener.next() == nil)
    }

    @Test func `an address that begins with @ is in the abstract namespace`() throws {
        let name = "stemwatch-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let listener = NotifyListener([0] + Array(name.utf8))
        try ServiceManager(environment: ["NOTIFY_SOCKET": "@" + name]).watchdog()
        #expect(listener.next() == "WATCHDOG=1")
    }

    @Test func `a line break in a status cannot become another assignment`() throws {
        let directory = TemporaryDirectory()
        let path = directory("notify").string
        let listener = NotifyListener(Array(path.utf8) + [0])
        try ServiceManager(environment: ["NOTIFY_SOCKET": path]).status("song\nSTOPPING=1")
        #expect(listener.next() == "STATUS=song\\x0aSTOPPING=1")
    }

    @Test func `without a service manager every call does nothing`() throws {
        let manager = try ServiceManager(environment: [:])
        #expect(!manager.isPresent)
        try manager.ready(status: "")
        try manager.watchdog()
        #expect(manager.watchdogInterval == nil)
    }

    @Test(arguments: ["vsock:2:1234", "relative", "", "@", "/" + String(repeating: "x", count: 200)])
    func `an address of another kind is refused`(address: String) throws {
        let failure = try #require(throws: Failure.self) { try ServiceManager(environment: ["NOTIFY_SOCKET": address]) }
        #expect(failure.code == .systemUnsupported)
    }

    @Test func `a manager that is gone is a failure, not a crash`() throws {
        let manager = try ServiceManager(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"])
        let failure = try #require(throws: Failure.self) { try manager.watchdog() }
        #expect(failure.code == .systemIO)
        #expect(failure.message == "the service manager cannot be reached: No such file or directory")
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], Duration.seconds(30)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "77"], .seconds(30)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "78"], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
        ] as [([String: String], Duration?)])
    func `the watchdog's interval counts for the process it names`(environment: [String: String], interval: Duration?)
        throws
    {
        #expect(try ServiceManager(environment: environment, process: 77).watchdogInterval == interval)
    }
}
