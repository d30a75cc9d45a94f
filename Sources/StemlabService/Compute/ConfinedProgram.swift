// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
package import SystemPackage

/// What the process does that runs a program which is not ours: `stemlab confine`. A program cannot confine itself, so
/// this process does, and executes the program in its place.
package enum ConfinedProgram {
    /// The subcommand of our own program that calls ``run(_:_:_:)``.
    package static let subcommand = "confine"
    /// The exit status when the program was not executed.
    package static let notStarted: Int32 = 125

    /// Does it, on the calling thread, which must be the only one. Returns only when the program cannot be executed;
    /// the reason is printed on standard error.
    /// - Parameter arguments: after the program's own name.
    /// - Returns: what the process is to exit with.
    package static func run(_ sandbox: Sandbox, _ program: FilePath, _ arguments: [String]) -> Int32 {
        var sandbox = sandbox
        sandbox.runsProgram = true
        sandbox.openFiles = 256
        // Its own, and no other process's: it has no name before the process is there.
        sandbox.places.append(.init(FilePath("/proc/\(ThisProcess.identifier)"), .read))
        do throws(Failure) {
            try sandbox.enter()
            try Sandbox.become(program, [program.bytes] + arguments.map { Array($0.utf8) })
        } catch {
            ThisProcess.say("stemlab: \(error.message)\n")
            return notStarted
        }
    }

    /// How ``run(_:_:_:)`` is asked for, from the subcommand's name on.
    static func arguments(_ sandbox: Sandbox, _ program: FilePath, _ arguments: [String]) -> [[UInt8]] {
        var words: [[UInt8]] = [Array(subcommand.utf8)]
        for place in sandbox.places {
            words += [Array("--place".utf8), Array("\(place.use):".utf8) + place.path.bytes]
        }
        if let memory = sandbox.addressSpace { words += ["--memory", "\(memory)"].map { Array($0.utf8) } }
        words += [
            "--processor-time", "\(sandbox.processorTime)", "--file-size", "\(sandbox.fileSize)", "--",
        ].map { Array($0.utf8) }
        return words + [program.bytes] + arguments.map { Array($0.utf8) }
    }

    /// A place as ``arguments(_:_:_:)`` writes it; `nil`: it is none.
    package static func place(_ text: String) -> Sandbox.Place? {
        guard let colon = text.firstIndex(of: ":"), let use = Sandbox.Use(rawValue: String(text[..<colon])) else {
            return nil
        }
        return Sandbox.Place(FilePath(String(text[text.index(after: colon)...])), use)
    }
}
