// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Separates with Demucs, a program that is installed beside the service.
///
/// Three processes, one after the other: ours that makes a plain WAV of the upload (``StagingChild``), Demucs, confined
/// (``ConfinedProgram``), and ours again that looks through what Demucs made (``CollectingChild``). So Demucs never
/// sees a byte of an upload, and nothing that Demucs wrote leaves as it is. Its exit status means little: it is 0 also
/// without any stems.
struct DemucsCompute: Compute {
    let model: String
    let stems: [StemName]

    private let settings: DemucsSettings
    private let demucs: DemucsModel
    private let installed: InstalledProgram
    /// What Demucs may reach beside its own directory.
    private let places: [Sandbox.Place]
    private let children: Children

    /// Blocks on the disk for a moment.
    /// - Parameters:
    ///   - program: `stemlab`.
    ///   - slots: how many run at once.
    ///   - path: the `PATH` that Demucs is looked for in.
    ///   - guarded: what Demucs must never read: no folder that it may read is allowed to hold one of these.
    /// - Throws: `config.invalid`: it is not there, or would see too much.
    init(
        _ settings: DemucsSettings, program: FilePath, slots: Int, path: String,
        guarding guarded: [FilePath]
    ) throws(Failure) {
        guard let demucs = DemucsModel(settings.model) else {
            throw Self.invalid("model", "\(Printable(settings.model)) is no name of a Demucs model", hint: nil)
        }
        guard let installed = try InstalledProgram.find(settings.program, in: path) else {
            throw Self.invalid(
                "program", "\(Printable(settings.program)) is not there, or may not be run",
                hint: "install Demucs where the service's user can run it and give its whole path, "
                    + "or say compute: builtin")
        }
        var places = Set<Sandbox.Place>()
        func open(_ folder: FilePath, _ use: Sandbox.Use, _ key: String) throws(Failure) {
            if let held = guarded.first(where: { ($0.resolved ?? $0).starts(with: folder) }) {
                throw Self.invalid(
                    key, "Demucs would be let into \(Printable(folder)), which holds \(Printable(held))",
                    hint: "give it a folder of its own, such as /opt/demucs")
            }
            places.insert(.init(folder, use))
        }
        for folder in installed.installation { try open(folder, .run, "program") }
        for (key, folder) in settings.folders {
            guard let real = folder.resolved else {
                throw Self.invalid(key, "\(Printable(folder)) is not there", hint: "make it, or take it out")
            }
            try open(real, key == "readable" ? .run : .read, key)
        }
        self.settings = settings
        self.demucs = demucs
        self.installed = installed
        self.places = try places + SystemPlaces.all() + (settings.usesGraphics ? SystemPlaces.graphics() : [])
        children = Children(program: program, slots: slots)
        model = demucs.name
        stems = demucs.stems
    }

    private static func invalid(_ key: String, _ what: String, hint: String?) -> Failure {
        Failure(.configInvalid, "separation.demucs.\(key): \(what)", hint: hint, remedy: .stop)
    }

    func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome {
        try await BlockingPool.shared.run { () throws(Failure) in
            for folder in [work.mix.removingLastComponent(), work.home, work.temporary] {
                try DurableFiles.makeDirectories(folder, mode: 0o700)
            }
        }
        let bounds = ChildBounds(for: work.limit)
        let staged = try await children.report(
            bounds.arguments(StagingChild.subcommand, work), timeLimit: bounds.timeLimit
        ) { _ in }
        guard case .separated(let length) = staged else { return staged }
        if let fault = try await run(work, progress: { progress($0 * 0.95) }) { return fault }
        let collected = try await children.report(
            bounds.arguments(
                CollectingChild.subcommand, work,
                [
                    "--folder", "\(ComputeWork.stemFolder)/\(demucs.folder)", "--made",
                    stems.map(\.rawValue).joined(separator: ","), "--length-ms",
                    String(length.milliseconds),
                ]), timeLimit: bounds.timeLimit
        ) { progress(0.95 + $0 * 0.05) }
        switch collected {
        case .separated: return .separated(length)
        // The upload was found whole before.
        case .refused(_, let detail): return .fault(code: "compute.failed", detail: detail)
        case .fault: return collected
        }
    }

    /// - Returns: `nil`: it ended well, and its stems decide.
    private func run(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome? {
        let launchArguments =
            [Children.name] + ConfinedProgram.arguments(sandbox(work), installed.program, arguments(work))
        let (program, environment, limit) = (children.program, environment(work), settings.timeout)
        let passes = demucs.passes
        return try await children.follow { stop throws(Failure) -> ComputeOutcome? in
            var output = ProgramOutput(passes: passes)
            let ending = try ChildRun.run(
                program, launchArguments, environment: environment, in: work.home, timeLimit: limit, stop: stop
            ) { bytes in
                output.read(bytes)
                if let share = output.progress.fraction { progress(share) }
            }
            return Self.fault(ending, output)
        }
    }

    private static func fault(_ ending: ChildRun.Ending, _ output: ProgramOutput) -> ComputeOutcome? {
        func failed(_ detail: String) -> ComputeOutcome {
            .fault(code: "compute.failed", detail: detail, words: output.lastWords)
        }
        switch ending {
        case .ended(.exited(0)): return nil
        case .ended(.exited(ConfinedProgram.notStarted)): return failed("the separation program could not be started")
        case .ended(.exited) where output.ranOutOfMemory: return failed("the separation program ran out of memory")
        default: return ending.fault("the separation program", words: output.lastWords)
        }
    }

    private func sandbox(_ work: ComputeWork) -> Sandbox {
        Sandbox(
            places: places + [.init(work.mix.removingLastComponent(), .read), .init(work.home, .make)],
            // A graphics card maps far more than is used.
            addressSpace: settings.usesGraphics ? nil : UInt64(settings.memoryBytes),
            processorTime: UInt64(settings.timeout.components.seconds) * UInt64(settings.threads),
            fileSize: ChildBounds.fileSize(for: work.limit))
    }

    private func arguments(_ work: ComputeWork) -> [String] {
        var arguments = ["-n", demucs.name] + DemucsModel.options(device: settings.device)
        if let models = settings.models { arguments += ["--repo", models.string] }
        return arguments + ["-o", ComputeWork.stemFolder.string] + DemucsModel.naming + ["--", work.mix.string]
    }

    /// All that it is given: nothing of the service's own.
    private func environment(_ work: ComputeWork) -> [String: String] {
        var environment = [
            "HOME": work.home.string, "TMPDIR": work.temporary.string, "USER": "stemlab", "LANG": "C.UTF-8",
            "PATH": InstalledProgram.path(of: installed.program),
            // What it would ask the network for, it is not to wait for.
            "HF_HUB_OFFLINE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        for name in ["OMP", "MKL", "OPENBLAS"] { environment["\(name)_NUM_THREADS"] = String(settings.threads) }
        if let cache = settings.cache { environment["XDG_CACHE_HOME"] = cache.string }
        return environment
    }
}
