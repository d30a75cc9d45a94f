// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Why a supervised run gave no stems, in words for a person and a remedy for the engine.
struct RunFailure {
    /// What the program is called.
    var program: String
    var billing: BackendTraits.Billing
    /// The end of what it printed.
    var log: [UInt8]
    /// The values of its environment, which messages must not show.
    var secrets: [Secret]

    /// - Returns: `nil` when it ended well: then the stems decide.
    func failure(for result: RunResult) -> Failure? {
        switch result.ending {
        case .exited(0): nil
        case .exited(let status) where billing == .free && ranOutOfRoom:
            Failure(
                .outputFull,
                "\(name) found no room on the disk where it works, and ended with exit status \(status)\(logTail)",
                hint: "free some space on the disk that holds state_dir: it goes on by itself",
                remedy: .hold(until: .surroundings))
        case .exited(let status): failed("\(name) ended with exit status \(status)\(logTail)", hint: memoryHint)
        case .signalled(9):
            failed(
                "\(name) was killed (signal 9)\(logTail)",
                hint:
                    "often there was not enough memory: `journalctl -k` says so; lower `slots`, or use a smaller model")
        case .signalled(let signal): failed("\(name) was ended by signal \(signal)\(logTail)", hint: memoryHint)
        case .timedOut:
            failed(
                "\(name) was ended after \(result.took.components.seconds) s, when its time was up\(logTail)",
                code: .backendTimeout, hint: "raise the backend's `timeout`")
        case .cancelled: cutOff("was ended before it was done")
        case .unstartable(let error): Self.unstartable(program, error)
        }
    }

    /// For a run that ended well, and whose stems are not what they must be.
    func failure(badStems failure: Failure) -> Failure {
        failed("\(name) ended without an error, but \(failure.message)\(logTail)", code: .backendBadStems, hint: nil)
    }

    /// For a run that left no result.
    func cutOff(_ how: String = "was cut off") -> Failure {
        switch billing {
        case .free: Failure(.backendFailed, "\(name) \(how)", remedy: .retry(after: .zero))
        case .billed:
            Failure(
                .backendOutcomeUnknown, "\(name) \(how): whether it was charged is not known",
                hint: "look there whether it was; `stemwatch retry JOB` runs it again, `stemwatch cancel JOB` does not",
                remedy: .hold(until: .person))
        }
    }

    /// The program that was to be run is not there, or may not be run.
    static func missing(_ program: String) -> Failure {
        Failure(
            .backendProgramMissing, "the program \(Printable(program, limit: 256)) is not there, or may not be run",
            hint: "install it, or give its whole path as the backend's `program`", remedy: .hold(until: .surroundings))
    }

    private static func unstartable(_ program: String, _ error: Errno) -> Failure {
        switch error {
        // ENOENT for a program that was found before: it is a script, and its interpreter is not there.
        case .noSuchFileOrDirectory, .permissionDenied, .notDirectory, .execFormatError: missing(program)
        default: Failure(error, "starting the program", FilePath(program))
        }
    }

    /// A billed program that ran may have charged, however it ended: a person decides whether it runs again.
    private func failed(_ message: String, code: FailureCode = .backendFailed, hint: String?) -> Failure {
        switch billing {
        case .free: Failure(code, message, hint: hint, remedy: .retry(after: nil))
        case .billed:
            Failure(
                code, message,
                hint: [hint, "see whether it was charged; `stemwatch retry JOB` runs it again"].compactMap(\.self)
                    .joined(separator: "; "),
                remedy: .hold(until: .person))
        }
    }

    private var name: String { Printable(program, limit: 256).description }

    private var printed: String { String(decoding: log.suffix(4096), as: UTF8.self).lowercased() }

    /// The C library's texts of ENOSPC and EDQUOT, which programs print.
    private var ranOutOfRoom: Bool {
        ["no space left on device", "disk quota exceeded"].contains(where: printed.contains)
    }

    private var memoryHint: String? {
        ["out of memory", "memoryerror", "cannot allocate memory", "bad_alloc"].contains(where: printed.contains)
            ? "it ran out of memory: lower `slots`, or use a smaller model" : nil
    }

    /// The last lines that are no progress bars, after a colon.
    private var logTail: String {
        // A log of an earlier version may still hold secrets.
        let words = LogTail.of(log)
        return words.isEmpty ? "" : ": " + Redaction.of(words, secrets)
    }
}
