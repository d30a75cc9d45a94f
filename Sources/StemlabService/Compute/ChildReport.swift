// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What the process that separates reports to the one that started it: lines on its standard output.
///
///     progress 0.42
///     decoded 213000
///     refused audio.broken upload is damaged and cannot be decoded to its end
///     fault writing the stems failed
///
/// The process has read hostile bytes, and may print anything: every line is checked, and what makes no sense is passed
/// over.
struct ChildReport: Sendable {
    private(set) var progress = 0.0
    private(set) var outcome: ComputeOutcome?

    private var line: [UInt8] = []
    private static let longestLine = 2048

    static func progress(_ fraction: Double) -> String { "progress \(Double(Int(fraction * 1000)) / 1000)\n" }
    static func decoded(_ length: AudioDuration) -> String { "decoded \(length.milliseconds)\n" }
    static func refused(_ failure: Failure) -> String {
        "refused \(failure.code.rawValue) \(Self.oneLine(failure.message))\n"
    }
    static func fault(_ failure: Failure) -> String { "fault \(Self.oneLine(failure.message))\n" }

    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(400)))
    }

    mutating func read(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if line.count <= Self.longestLine { take(String(decoding: line, as: UTF8.self)) }
                line.removeAll(keepingCapacity: true)
            } else if line.count <= Self.longestLine {
                line.append(byte)
            }
        }
    }

    private mutating func take(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count >= 2 else { return }
        switch words[0] {
        case "progress":
            if let share = Double(words[1]), (0...1).contains(share) { progress = max(progress, share) }
        case "decoded":
            if let length = Int64(words[1]), length >= 0 { outcome = .separated(AudioDuration(milliseconds: length)) }
        case "refused":
            guard words.count == 3, Self.isAudioCode(words[1]) else { return }
            outcome = .refused(code: words[1], detail: Self.oneLine(words[2]))
        case "fault":
            outcome = .fault(code: "compute.failed", detail: Self.oneLine(String(line.dropFirst(6))))
        default: return
        }
    }

    private static func isAudioCode(_ code: String) -> Bool {
        code.hasPrefix("audio.") && (7...54).contains(code.utf8.count)
            && code.dropFirst(6).utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
    }
}

extension ChildReport {
    /// Runs a subcommand of our own program, on the calling thread, and listens to what it reports. Blocks until it has
    /// ended.
    static func of(
        _ program: FilePath, _ arguments: [[UInt8]], timeLimit: Duration, stop: FileDescriptor,
        progress: @escaping (Double) -> Void
    ) throws(Failure) -> ComputeOutcome {
        var report = ChildReport()
        let ending = try ChildRun.run(program, [Children.name] + arguments, timeLimit: timeLimit, stop: stop) { bytes in
            report.read(bytes)
            progress(report.progress)
        }
        return report.outcome(of: ending)
    }

    private func outcome(of ending: ChildRun.Ending) -> ComputeOutcome {
        switch (ending, outcome) {
        case (.ended(.exited(0)), .separated(let length)): .separated(length)
        case (.ended(.exited(1)), .refused(let code, let detail)): .refused(code: code, detail: detail)
        case (.ended(.exited(1)), .fault(let code, let detail, _)): .fault(code: code, detail: detail)
        default: ending.fault("the separation")
        }
    }
}

extension ChildRun.Ending {
    /// The report on a process that ended so, and should not have.
    /// - Parameters:
    ///   - subject: whose end it was.
    ///   - words: what it printed last.
    func fault(_ subject: String, words: String? = nil) -> ComputeOutcome {
        let (code, detail) =
            switch self {
            case .overdue: ("compute.timeout", "it took too long")
            case .ended(.signalled(24)): ("compute.timeout", "it took too much processor time")
            case .ended(.signalled(let signal)): ("compute.failed", "\(subject) was ended by signal \(signal)")
            case .ended(.exited(let status)): ("compute.failed", "\(subject) ended with status \(status)")
            }
        return .fault(code: code, detail: detail, words: words)
    }
}
