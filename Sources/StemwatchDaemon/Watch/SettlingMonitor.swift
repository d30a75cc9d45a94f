// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// What settling needs to know about a folder.
struct SettlingFolder: Hashable, Sendable {
    var name: FolderName
    /// Absolute.
    var root: FilePath
    var rules: SettlingRules
}

extension SettlingFolder {
    init(_ folder: FolderConfiguration) {
        self.init(name: folder.name, root: folder.watch.root, rules: folder.settling)
    }
}

/// Drives ``Settling``: takes in what the watcher reports, looks at files when their time comes, hands on what settled.
///
/// A folder that hangs (a dead network mount) delays its own files only.
actor SettlingMonitor {
    typealias Instant = ContinuousClock.Instant
    /// Looks at the file at an absolute path.
    typealias Probe = @Sendable (FilePath) async -> ProbeResult

    /// Looks at once into one folder.
    private static let looksPerFolder = 4

    private var settling = Settling()
    private var folders: [FolderName: SettlingFolder]
    private var polled: Set<FolderName> = []
    private var signal: AsyncStream<Void>.Continuation?
    private let probe: Probe
    private let now: @Sendable () -> Instant
    private let sleep: @Sendable (Instant) async throws -> Void

    /// - Parameters:
    ///   - clock: what deadlines are measured by.
    ///   - probe: the look at a file.
    init<C: Clock>(
        _ folders: [SettlingFolder], clock: C = ContinuousClock(), probe: @escaping Probe = SettleProbe.look
    ) where C.Instant == Instant {
        self.folders = Dictionary(folders.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        self.probe = probe
        now = { clock.now }
        sleep = { try await clock.sleep(until: $0, tolerance: nil) }
    }

    // MARK: What is reported

    /// Takes in what the watcher reports, without the files that the book knows. Drops events of an unknown folder.
    func observe(_ events: [FolderEvent]) {
        let now = now()
        for event in events {
            switch event {
            case .seen(let key, let identity, let arrival):
                guard let quiet = quiet(in: key.folder) else { continue }
                settling.observe(key, identity, arrival, quiet: quiet, now: now)
            case .vanished(let key): settling.forget(key)
            case .unavailable(let folder, _): settling.suspend(folder)
            case .available(let folder, let watching):
                if case .polling = watching { polled.insert(folder) } else { polled.remove(folder) }
                settling.resume(folder, now: now)
            case .scanned, .partlyScanned, .unreadable, .overflowed: continue
            }
        }
        signal?.yield()
    }

    /// Decoding found a settled file incomplete: it is pending again until it changes, and refused when it does not.
    func takeBack(_ file: SettledFile, _ failure: Failure) {
        guard let quiet = quiet(in: file.key.folder), let rules = folders[file.key.folder]?.rules else { return }
        settling.takeBack(file, failure, quiet: quiet, incompleteAfter: rules.incompleteAfter, now: now())
        signal?.yield()
    }

    /// Other folders and rules, as a reload brings them. Files that wait keep the quiet time they began with; those of
    /// folders that are no longer there, or elsewhere, are dropped.
    func reconfigure(_ folders: [SettlingFolder]) {
        let fresh = Dictionary(folders.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        for (name, old) in self.folders where fresh[name]?.root != old.root {
            settling.forget(folder: name)
            polled.remove(name)
        }
        self.folders = fresh
        signal?.yield()
    }

    private func quiet(in folder: FolderName) -> Duration? {
        folders[folder].map { polled.contains(folder) ? $0.rules.settlePolled : $0.rules.settle }
    }

    // MARK: What waits

    /// Files that wait to settle or to be taken.
    var pendingCount: Int { settling.count }

    /// What one file waits for; `nil` when it is not pending.
    func pending(_ key: FileKey) -> PendingFile? { settling.pending(key, now: now()) }

    /// Every pending file, in no order.
    func pending() -> [PendingFile] { settling.pending(now: now()) }

    // MARK: The loop

    /// Looks and hands on until cancelled. One at a time.
    ///
    /// - Parameter handOn: called with everything that settled or was refused since the last call, one call at a time.
    ///   When it returns, the book has each of those files, and settling forgets them. It may hand on a file that the
    ///   book came to know meanwhile: the taker asks the book first. The scan of the next start finds what was not
    ///   handed on before cancellation.
    func run(_ handOn: @escaping @Sendable ([SettlingOutcome]) async -> Void) async {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.signal = signal
        defer { self.signal = nil }
        await withTaskGroup(of: Step.self) { group in
            var state = LoopState()
            group.addTask { await Self.next(of: signals) }
            while !Task.isCancelled {
                state.add(settling.due(now: now()))
                while let key = state.nextLook(atMost: Self.looksPerFolder) {
                    let path = folders[key.folder].map { $0.root.pushing(key.path) }
                    group.addTask { [probe] in .looked(key, path == nil ? .gone : await probe(path!)) }
                }
                if let outcomes = state.nextHandOver() {
                    group.addTask {
                        await handOn(outcomes)
                        return .handedOn(outcomes.compactMap(\.file))
                    }
                }
                if let deadline = settling.nextDeadline, state.mustSleep(until: deadline) {
                    group.addTask { [sleep] in
                        // Cancelled or not: the loop looks for itself what to do.
                        try? await sleep(deadline)
                        return .slept(until: deadline)
                    }
                }
                guard let step = await group.next() else { return }
                take(step, &state)
                if case .signalled = step { group.addTask { await Self.next(of: signals) } }
            }
            group.cancelAll()
            for await step in group { take(step, &state) }
        }
    }

    private enum Step: Sendable {
        case signalled
        case slept(until: Instant)
        case looked(FileKey, ProbeResult)
        case handedOn([SettledFile])
    }

    private func take(_ step: Step, _ state: inout LoopState) {
        switch step {
        case .signalled: break
        case .slept(let deadline): state.woke(from: deadline)
        case .looked(let key, let result):
            state.looked(in: key.folder)
            let patience = folders[key.folder]?.rules.incompleteAfter ?? .zero
            let outcome = settling.probed(key, result, incompleteAfter: patience, now: now())
            if outcome.file != nil { state.outcomes.append(outcome) }
        case .handedOn(let files):
            state.isHandingOver = false
            settling.release(files)
        }
    }

    private static func next(of signals: AsyncStream<Void>) async -> Step {
        var iterator = signals.makeAsyncIterator()
        _ = await iterator.next()
        return .signalled
    }
}

extension SettlingMonitor {
    /// What the loop has in hand.
    private struct LoopState {
        /// Due and not yet looked at. The newest is looked at first: a song dropped now does not wait behind a pile.
        private var ready: [FolderName: [FileKey]] = [:]
        private var looks: [FolderName: Int] = [:]
        /// When each sleeping task wakes; the earliest is the last. A new one is needed only for a moment earlier than
        /// all of them, so there are a handful at most, and none is ever cancelled.
        private var sleepers: [Instant] = []
        var outcomes: [SettlingOutcome] = []
        var isHandingOver = false

        mutating func add(_ due: [FileKey]) {
            for key in due { ready[key.folder, default: []].append(key) }
        }

        mutating func nextLook(atMost limit: Int) -> FileKey? {
            // First the search, then the change: a loop over `ready` keeps a second reference, so each change would
            // copy it.
            let free = ready.first { !$0.value.isEmpty && looks[$0.key, default: 0] < limit }?.key
            guard let free else { return nil }
            looks[free, default: 0] += 1
            return ready[free]?.removeLast()
        }

        mutating func looked(in folder: FolderName) { looks[folder]? -= 1 }

        mutating func nextHandOver() -> [SettlingOutcome]? {
            guard !isHandingOver, !outcomes.isEmpty else { return nil }
            isHandingOver = true
            defer { outcomes = [] }
            return outcomes
        }

        mutating func mustSleep(until deadline: Instant) -> Bool {
            if let earliest = sleepers.last, earliest <= deadline { return false }
            sleepers.append(deadline)
            return true
        }

        mutating func woke(from deadline: Instant) {
            if let index = sleepers.lastIndex(of: deadline) { sleepers.remove(at: index) }
        }
    }
}
