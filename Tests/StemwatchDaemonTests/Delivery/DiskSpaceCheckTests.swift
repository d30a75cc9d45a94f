// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

@Suite struct DiskSpaceCheckTests {
    private func facts(_ frames: Int64, _ samples: AudioFormat.Samples = .integer(bits: 16)) -> TrackFacts {
        let digest = Digest256(bytes: [UInt8](repeating: 0, count: 32))!
        return TrackFacts(
            kind: "WAV", format: AudioFormat(sampleRate: 44_100, channels: 2, samples: samples), frames: frames,
            duration: AudioDuration(frames: frames, sampleRate: 44_100), bytesDigest: digest, audioDigest: digest)
    }

    @Test func `the estimate is the size of the stems as PCM`() {
        #expect(DiskSpaceCheck.estimate(facts(1000), stems: 4, format: .wav) == 1000 * 2 * 2 * 4)
        #expect(DiskSpaceCheck.estimate(facts(1000, .integer(bits: 20)), stems: 4, format: .wav) == 1000 * 2 * 3 * 4)
        #expect(DiskSpaceCheck.estimate(facts(1000, .float(bits: 64)), stems: 2, format: .flac) == 1000 * 2 * 8 * 2 * 2)
        #expect(
            DiskSpaceCheck.estimate(facts(.max, .lossy), stems: 4, format: .wav) == .max,
            "the estimate must not overflow")
    }

    @Test func `a job that does not fit is held before anything is paid`() throws {
        let scene = try DeliveryScene()
        try DiskSpaceCheck.check(scene.settings, facts(1000), stems: 4)
        #expect(throws: Failure.self) { try DiskSpaceCheck.check(scene.settings, facts(.max), stems: 4) }
        do throws(Failure) { try DiskSpaceCheck.check(scene.settings, facts(.max / 100), stems: 4) } catch {
            #expect(error.code == .outputFull && error.remedy == .hold(until: .surroundings))
        }
        #expect(try FileStatus.at(scene.output) == nil, "asking makes nothing")
    }

    @Test func `free space is not rounded up, and needed space is not rounded down`() throws {
        var system = try FileSystemStatus.at("/")
        (system.readOnly, system.availableBytes) = (false, 64_999_999)
        do throws(Failure) { try DiskSpaceCheck.judge(system, needed: 1_000_001, "/x") } catch {
            #expect(error.message == "/x has 64 MB free, and the stems need up to 2 MB with 68 MB to spare")
        }
    }

    @Test func `the work area must have room for the track and its stems before anything begins`() throws {
        let bench = try BackendBench(.builtin)
        let track = try bench.track()
        let needed = DiskSpaceCheck.estimate(track.facts, stems: 4, format: .wav) + UInt64(track.identity.size)
        try bench.workArea.judgeRoom(needed, for: track)
        do throws(Failure) {
            try bench.workArea.judgeRoom(needed - 1, for: track)
            Issue.record("it fits")
        } catch {
            #expect(error.code == .outputFull && error.remedy == .hold(until: .surroundings))
        }
    }

    @Test func `a missing parent and a read-only disk are reported`() throws {
        let directory = TemporaryDirectory()
        let settings = DeliverySettings(output: directory("gone/stems"))
        do throws(Failure) {
            try DiskSpaceCheck.check(settings, facts(1), stems: 4)
            Issue.record("fits into nothing")
        } catch { #expect(error.code == .outputUnwritable) }
        var system = try FileSystemStatus.at(directory.path)
        system.readOnly = true
        do throws(Failure) {
            try DiskSpaceCheck.judge(system, needed: 1, directory.path)
            Issue.record("fits on a read-only disk")
        } catch { #expect(error.code == .outputUnwritable) }
    }

    @Test func `a reserve stays free for other programs`() throws {
        let directory = TemporaryDirectory()
        var system = try FileSystemStatus.at(directory.path)
        system.availableBytes = DiskSpaceCheck.reserve + 100
        try DiskSpaceCheck.judge(system, needed: 100, "/x")
        #expect(throws: Failure.self) { try DiskSpaceCheck.judge(system, needed: 101, "/x") }
    }
}
