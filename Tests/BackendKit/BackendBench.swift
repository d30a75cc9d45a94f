// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform
public import StemwatchDaemon
import Synchronization
public import SystemPackage
public import TestKit

/// A backend with all it needs to be tried: a state directory, tracks, and for a command a real program that counts its starts.
public final class BackendBench: Sendable {
    /// What it may be a bench for, with nothing else running.
    public enum Kind: String, CaseIterable, Sendable {
        case builtin, command, billed, stemlab
    }

    public let directory = TemporaryDirectory()
    public let settings: BackendSettings
    /// The other side, of a backend that has one.
    public let service: StemlabDouble?
    /// The other side, when it is a service that really runs.
    public let account: (any BenchAccount)?
    private let checkpoints = Mutex<[Checkpoint]>([])

    /// - Parameter behaviour: what the program does; see the script below. The built-in separator takes none.
    public init(_ kind: Kind, _ behaviour: String = "well", change: (inout BackendSettings) -> Void = { _ in }) throws {
        try directory("program").write(Self.program)
        directory("ready").makeFIFO()
        directory("latch").makeFIFO()
        directory("state").makeDirectory()
        AudioFixture(seconds: 0.5).write(to: directory("short.wav"))
        var settings = BackendSettings(name: BackendName(rawValue: kind.rawValue), kind: .builtin)
        account = nil
        service = kind == .stemlab ? StemlabDouble() : nil
        if let service {
            let known = StemlabSettings(url: try ServiceURL(service.origin))
            try Self.signIn(Secret(StemlabDouble.token), known, directory("state"))
            settings.kind = .stemlab(known)
        } else if kind != .builtin {
            settings.kind = .command(
                CommandSettings(
                    arguments: [
                        "/bin/sh", directory("program").string, behaviour, "{input}", "{output}", directory.path.string,
                    ],
                    stems: StemName.standard.map { CommandSettings.StemFile(name: $0, file: "\($0.rawValue).wav") },
                    model: "copy", billed: kind == .billed))
        }
        change(&settings)
        self.settings = settings
    }

    /// - Parameter account: of a service that runs.
    public init(_ account: any BenchAccount) throws {
        self.account = account
        service = nil
        directory("state").makeDirectory()
        var known = StemlabSettings(url: try ServiceURL(account.url))
        known.caFile = account.authority
        try Self.signIn(account.token, known, directory("state"))
        settings = BackendSettings(name: BackendName(rawValue: "live"), kind: .stemlab(known))
    }

    private static func signIn(_ token: Secret, _ service: StemlabSettings, _ state: FilePath) throws {
        try TokenFile.write(token, to: service.tokenFile(stateDirectory: state), stateDirectory: state)
        try DurableFiles.makeDirectory(state.appending("work"))
    }

    /// One more daemon's worth of it: nothing is shared with another but the state directory.
    public func backend() throws -> any Backend {
        try Backends.make(settings: settings, stateDirectory: directory("state"), program: BuiltProduct.stemwatch)
    }

    public var workArea: WorkArea { WorkArea(stateDirectory: directory("state")) }

    public func work(of track: Track) -> FilePath { workArea.path.appending(track.job.rawValue) }

    /// A source and what intake would have found in it.
    public func track(_ name: [UInt8] = Array("Song.wav".utf8), _ fixture: AudioFixture = AudioFixture()) throws
        -> Track
    {
        let source = fixture.write(to: directory(bytes: name))
        var generator = SystemRandomNumberGenerator()
        let digest = Digest256(bytes: [UInt8](repeating: 1, count: 32))!
        let reader = try AudioReader(source)
        guard let identity = try FileIdentity.at(source) else { throw StoryFailure("\(source) is not there") }
        return Track(
            job: JobID(at: WallTime(milliseconds: 1_700_000_000_000), using: &generator), source: source,
            identity: identity,
            facts: TrackFacts(
                kind: reader.kind, format: reader.format, frames: Int64(fixture.frames),
                duration: AudioDuration(frames: Int64(fixture.frames), sampleRate: fixture.sampleRate),
                bytesDigest: digest, audioDigest: digest),
            stems: StemName.standard)
    }

    /// The checkpoints of all submissions, in order.
    public var saved: [Checkpoint] { checkpoints.withLock { $0 } }

    /// Submits, remembering the checkpoints.
    public func submit(
        _ track: Track, to backend: any Backend, from checkpoint: Checkpoint? = nil, telling: ShareLog? = nil
    ) async throws(Failure) -> RemoteJob {
        try await backend.submit(track, from: checkpoint) { checkpoint in
            self.checkpoints.withLock { $0.append(checkpoint) }
        } telling: {
            telling?.append($0)
        }
    }

    /// Asks until the job no longer runs.
    public func end(of job: RemoteJob, at backend: any Backend) async throws(Failure) -> RemoteStatus {
        while true {
            let status = try await backend.status(of: job)
            switch status {
            case .queued, .running: continue
            default: return status
            }
        }
    }

    /// How often a job was made at the service, or the program was started; every start wrote a line before it did anything else.
    public func starts() async throws -> Int {
        if let account { return try await account.submissions() }
        if let service { return service.submissions }
        guard try FileStatus.at(directory("starts")) != nil else { return 0 }
        return try directory("starts").bytes().count { $0 == 10 }
    }

    /// Returns once a program with a latch stands before it; a line from it says which process it is.
    /// - Throws: when none comes.
    public func untilAtLatch() async throws(Failure) -> Int32 {
        try await BlockingPool.shared.run { [directory] () throws(Failure) in
            let line = try Failure.translating("reading") {
                let ready = try FileDescriptor.open(
                    directory("ready"), .readOnly, options: [.nonBlocking, .closeOnExec])
                return try ready.closeAfter {
                    guard try Readiness.wait(for: [ready], until: .now + .seconds(120))[0] else {
                        throw Failure(.systemInternal, "no program came to the latch", remedy: .stop)
                    }
                    return try [UInt8](unsafeUninitializedCapacity: 64) {
                        $1 = try ready.read(into: UnsafeMutableRawBufferPointer($0))
                    }
                }
            }
            return Int32(String(decoding: line.filter { $0 != 10 }, as: UTF8.self)) ?? -1
        }
    }

    /// The same, with a hold on that process.
    public func processAtLatch() async throws -> ProcessHandle {
        let id = try await untilAtLatch()
        guard let process = try ProcessHandle(id) else { throw StoryFailure("process \(id) is gone") }
        return process
    }

    /// Lets one program through the latch.
    public func openLatch() async throws(Failure) {
        try await BlockingPool.shared.run { [directory] () throws(Failure) in
            try Failure.translating("writing") { try directory("latch").write("go\n") }
        }
    }

    /// Ends the supervisor of a job as nothing else can, and returns once it is gone.
    public func killSupervisor(of track: Track) async throws(Failure) {
        let lock = work(of: track).appending("lock")
        try await BlockingPool.shared.run { () throws(Failure) in
            guard let holder = try FileLock.holder(of: lock) else {
                throw Failure(.systemInternal, "nobody holds the lock", remedy: .stop)
            }
            try holder.send(.kill)
            _ = try holder.waitForEnd(atMost: .seconds(20))
        }
    }

    /// `/bin/sh program BEHAVIOUR INPUT OUTPUT DIRECTORY`: "separates" by copying.
    private static let program = """
        echo started >> "$4/starts"
        stems() { for stem in "$@"; do cp "$input" "$output/$stem.wav"; done; }
        latch() { echo $$ > "$4/ready"; read line < "$4/latch"; }
        input=$2 output=$3
        case $1 in
        well) stems vocals drums bass other ;;
        gated) latch "$@"; stems vocals drums bass other ;;
        stubborn) trap '' TERM; latch "$@"; while :; do read line < "$4/latch"; done ;;
        family) sh -c 'echo $$ > "$0/ready"; read line < "$0/latch"' "$4" & wait; stems vocals ;;
        complaining) echo 'loading the model'; printf ' 50%%|#####     | 1/2\\r'; echo 'RuntimeError: no such model' >&2; exit 3 ;;
        telling) echo "the token is $TOKEN"; exit 1 ;;
        killed) kill -KILL $$ ;;
        few) stems vocals drums bass ;;
        none) : ;;
        short) stems vocals drums bass; cp "$4/short.wav" "$output/other.wav" ;;
        linked) stems vocals drums bass; ln -s "$input" "$output/other.wav" ;;
        broken) stems vocals drums bass; echo 'no audio at all' > "$output/other.wav" ;;
        scribbling) stems vocals drums bass other; echo scribble >> "$input" ;;
        environment) env > "$4/environment"; stems vocals drums bass other ;;
        progressing) echo 'progress 0.25' >&2; latch "$@"; stems vocals drums bass other ;;
        endless) while :; do read line < "$4/latch"; done ;;
        esac
        """
}
