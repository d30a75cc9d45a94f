// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct LedgerLineTests {
    @Test(arguments: LedgerSamples.events)
    func `every event is read as it was written`(event: LedgerEvent) throws {
        let entry = LedgerSamples.entry(12_345, event)
        let bytes = LedgerLine.bytes(of: entry)
        #expect(bytes.last == 10)
        #expect(bytes.dropLast().contains(10) == false)
        #expect(bytes.contains(0) == false)
        if case .snapshot(let job) = event, job.movedTo == LedgerSamples.notText {
            #expect(String(decoding: bytes, as: UTF8.self).contains(#""to_b64":"Qf8udw==""#))
        }
        #expect(try LedgerLine.entry(of: bytes) == entry)
    }

    @Test func `a line is sorted, unescaped and exact`() {
        let event = LedgerEvent.submitting(attempt: 1, reserved: AudioDuration(milliseconds: 187_250))
        let text = String(decoding: LedgerLine.bytes(of: LedgerSamples.entry(3, event)), as: UTF8.self)
        #expect(
            text
                == #"{"at":"2026-11-23T08:00:03.123Z","attempt":1,"event":"submitting","job":"\#(LedgerSamples.id(7))","#
                + #""reserved_ms":187250,"seq":3,"v":1}"# + "\n")
    }

    @Test(arguments: [
        (LedgerEvent.resumed(by: .person), #""by":"person","event""#, #""seq":3,"v":1}"#),
        (.resumed(by: .time, anew: true), #""anew":true,"at""#, #""seq":3,"v":1}"#),
        (.resumed(by: .person, repay: true), #""by":"person","event""#, #""repay":true,"seq":3,"v":1}"#),
    ])
    func `a permission to pay again is a key of its own, and absent without one`(
        event: LedgerEvent, start: String, end: String
    ) {
        let text = String(decoding: LedgerLine.bytes(of: LedgerSamples.entry(3, event)), as: UTF8.self)
        #expect(text.contains(start) && text.hasSuffix(end + "\n"))
        #expect(text.contains("repay") == end.contains("repay"))
    }

    @Test func `unknown words of another version are read, and written unchanged`() throws {
        for rest in [#""by":"moon","event":"resumed""#, #""event":"disposed","how":"sold""#] {
            let line =
                #"{"at":"2026-11-23T08:00:00.000Z",\#(rest),"job":"\#(LedgerSamples.id(7))","seq":1,"v":1}"# + "\n"
            #expect(LedgerLine.bytes(of: try LedgerLine.entry(of: line.utf8)) == Array(line.utf8))
        }
    }

    @Test func `unknown keys are ignored`() throws {
        let line =
            #"{"v":1,"seq":1,"at":"2026-11-23T08:00:00Z","event":"released","job":"\#(LedgerSamples.id(7))","new":{"a":[1e9]}}"#
        #expect(try LedgerLine.entry(of: line.utf8).event == .released)
    }

    @Test func `an event that is not known is kept byte for byte`() throws {
        let line = #"{ "v":1,"seq":5,"at":"2026-11-23T08:00:00Z","event":"sang", "loud":true}"#
        let entry = try LedgerLine.entry(of: line.utf8)
        #expect(entry.sequence == 5)
        #expect(LedgerLine.bytes(of: entry) == Array((line + "\n").utf8))
        guard case .unknown = entry.event else { return #expect(Bool(false), "\(entry)") }
    }

    @Test(arguments: [
        (#"{"v":2,"seq":5,"at":"2026-11-23T08:00:00Z","event":"sang"}"#, "v: 2, where this Stemwatch knows 1"),
        ("", "not an object"), ("{}", "v: missing"), ("[]", "not an object"), ("\0\0\0\0", "not an object"),
        (#"{"v":1,"seq":0,"at":"2026-11-23T08:00:00Z","event":"x"}"#, "seq: not positive"),
        (#"{"v":1,"seq":1,"at":"yesterday","event":"x"}"#, "at: not a time"),
        (#"{"v":1,"seq":1,"at":"2026-11-23T08:00:00Z","event":"released"}"#, "job: missing"),
        (#"{"v":1,"seq":1,"at":"2026-11-23T08:00:00Z","event":"released","job":"me"}"#, "job: not a job's name"),
        (
            #"{"v":1,"seq":1,"at":"2026-11-23T08:00:00Z","event":"submitted","job":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}"#,
            "handle: missing"
        ),
        (
            #"{"v":1,"seq":1,"at":"2026-11-23T08:00:00Z","event":"returning","job":"01ARZ3NDEKTSV4RRFFQ69G5FAV","charged_ms":1.5}"#,
            "charged_ms: not a whole"
        ),
        (#"{"v":1,"seq":1.0,"at":"2026-11-23T08:00:00Z","event":"x"}"#, "seq: not a whole number"),
    ])
    func `a line that no version wrote is a problem with a reason`(line: String, reason: String) {
        let problem = #expect(throws: JSONProblem.self) { try LedgerLine.entry(of: line.utf8) }
        #expect(problem?.reason.hasPrefix(reason) == true, "\(problem as Any)")
    }

    @Test func `no bytes can trap the reader`() {
        var random = SystemRandomNumberGenerator()
        let lines = LedgerSamples.events.map { LedgerLine.bytes(of: LedgerSamples.entry(1, $0)) }
        var book = JobBook()
        for _ in 0..<10_000 {
            var bytes = lines.randomElement()!
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let i = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[i] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(i...)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: i)
                }
            }
            if let entry = try? LedgerLine.entry(of: bytes) { book.apply(entry) }
        }
        for job in book.jobs { #expect(book.job(job.id) == job) }
    }
}
