// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI
import Synchronization
import SystemPackage

/// Separates on a stemlab service.
///
/// Nothing is paid twice: each job is made under a key that is in the ledger before it is sent, and the service makes one job of a
/// key however often it comes. Before a key is made, the service is asked whether it has a job of this name already.
final class StemlabBackend: Backend {
    let traits: BackendTraits
    private let settings: StemlabSettings
    private let client: StemlabClient
    private let token: FilePath
    /// For what is sent and what is fetched, while it is.
    private let scratch: TransferScratch
    /// As the account told last.
    private let minutes = Mutex<Minutes?>(nil)

    /// - Parameter longPoll: how long the service waits with us for news; whole seconds, 30 at most.
    init(
        _ name: BackendName, _ settings: StemlabSettings, stateDirectory: FilePath, longPoll: Duration = .seconds(20)
    ) {
        traits = BackendTraits(
            name: name, kind: .stemlab, model: settings.model, stems: settings.stems, billing: .billed,
            pollInterval: longPoll, sumsToMix: settings.sumsToMix)
        self.settings = settings
        client = StemlabClient(settings.url, caFile: settings.caFile)
        token = settings.tokenFile(stateDirectory: stateDirectory)
        scratch = TransferScratch(stateDirectory: stateDirectory)
    }

    func allowance() async throws(Failure) -> Allowance? {
        let known = try client.minutes(in: try await ask(.get, "/v1/minutes"))
        minutes.withLock { $0 = known }
        return known.allowance
    }

    /// Asks with the token as it is now: somebody may have signed in anew, also while the answer was on its way.
    private func ask(
        _ method: HTTPRequest.Method, _ path: String, _ content: StemlabClient.Content = .none,
        headers: [(String, String)] = [], patience: Duration? = nil
    ) async throws(Failure) -> HTTPAnswer {
        let patience = patience ?? settings.stall
        let asked = try await currentToken()
        let answer = try await client.ask(method, path, content, token: asked, headers: headers, overall: patience)
        guard answer.status == 401 else { return answer }
        let now = try await currentToken()
        if now == asked { return answer }
        return try await client.ask(method, path, content, token: now, headers: headers, overall: patience)
    }

    private func currentToken() async throws(Failure) -> Secret {
        let (place, service) = (token, settings.url)
        return try await BlockingPool.shared.run { () throws(Failure) in try TokenFile.read(place, for: service) }
    }
}

// MARK: - Submitting

extension StemlabBackend {
    /// The steps that are saved, each once it is taken; `submitting` before it is.
    private enum Step { static let ticket = "ticket", uploaded = "uploaded", submitting = "submitting" }

    func submit(
        _ track: Track, from checkpoint: Checkpoint?, saving: @Sendable (Checkpoint) async throws(Failure) -> Void,
        telling: @escaping ProgressHandler
    ) async throws(Failure) -> RemoteJob {
        if let checkpoint, checkpoint.step == Step.submitting, let job = try await makeJob(checkpoint) { return job }
        // Before anything else: a ledger from a backup may know less than the service does.
        if let known = try await jobs(of: track.job).first(where: \.isOfUse) { return RemoteJob(handle: known.id) }
        let scratch = scratch
        let source = try await BlockingPool.shared.run { () throws(Failure) in try UploadSource(track, scratch: scratch)
        }
        try check(track, source)
        let share = MonotonicProgress(telling)
        // An upload may be swept, or used by another, between its end and the job: then there is one more.
        for _ in 0..<3 {
            let upload = try await bring(source, from: checkpoint, saving, share)
            let next = try submission(of: track, upload)
            try await saving(next)
            if let job = try await makeJob(next) { return job }
        }
        throw Failure(
            .backendFailed, "\(settings.url) loses what was uploaded before it is used", remedy: .retry(after: nil))
    }

    /// What the service would refuse at the end is better known before anything is sent.
    private func check(_ track: Track, _ source: UploadSource) throws(Failure) {
        guard let limits = minutes.withLock({ $0?.limits }) else { return }
        let longest = AudioDuration(milliseconds: limits.trackMilliseconds)
        if track.facts.duration > longest {
            throw Failure(
                .minutesTrackTooLong,
                "\(settings.url) takes tracks of up to \(longest), and this one has \(track.facts.duration)",
                hint: "have the limit raised there, then: stemwatch retry JOB", remedy: .hold(until: .person))
        }
        if source.content.size > limits.uploadBytes {
            throw Failure(
                .audioTooLarge,
                "\(settings.url) takes up to \(limits.uploadBytes) bytes, and this would be \(source.content.size)",
                hint: "use a smaller format, such as FLAC", remedy: .reject)
        }
    }

    /// - Returns: the upload's name, once the service has all of it and has checked it.
    private func bring(
        _ source: UploadSource, from checkpoint: Checkpoint?,
        _ saving: @Sendable (Checkpoint) async throws(Failure) -> Void, _ share: MonotonicProgress
    ) async throws(Failure) -> String {
        let order = UploadOrder(bytes: source.content.size, sha256: Digest256(bytes: source.digest)!.hex)
        let upload = try client.upload(in: try await ask(.post, "/v1/uploads", .json(order)))
        if checkpoint?.values["upload"] != upload.id {
            try await saving(Checkpoint(step: Step.ticket, values: ["upload": upload.id]))
        }
        share.tell(upload.offset, of: upload.bytes)
        if upload.state != .complete {
            if upload.offset < upload.bytes { try await send(source, as: upload, share) }
            // The service reads all of it before it answers.
            let answer = try await ask(.post, "/v1/uploads/\(upload.id)/complete", patience: settings.stall * 10)
            guard try client.upload(in: answer).state == .complete else {
                throw client.nonsense("an upload that is not complete")
            }
        }
        if checkpoint?.step != Step.uploaded || checkpoint?.values["upload"] != upload.id {
            try await saving(Checkpoint(step: Step.uploaded, values: ["upload": upload.id]))
        }
        return upload.id
    }

    /// Sends what has not arrived yet.
    private func send(_ source: UploadSource, as upload: Upload, _ share: MonotonicProgress)
        async throws(Failure)
    {
        guard let url = client.address(upload.url), upload.bytes == source.content.size else {
            throw client.nonsense("an upload of another size")
        }
        // Its permission is in the address: no token goes there.
        var request = HTTPRequest(.put, url)
        request.limits = settings.limits
        request.body = .upload(
            try await BlockingPool.shared.run { () throws(Failure) in try source.body(from: upload.offset) })
        if upload.offset > 0 {
            request.set("Content-Range", "bytes \(upload.offset)-\(upload.bytes - 1)/\(upload.bytes)")
        }
        request.progress = { sent, _ in share.tell(upload.offset + sent, of: upload.bytes) }
        let answer = try await client.send(request)
        let refusal = client.refusal(answer)
        guard answer.status == 204 || refusal.code == "upload.complete" else { throw refusal.failure }
    }

    /// The request for a job, whole, so that it is the same whatever changes here until it is answered.
    private func submission(of track: Track, _ upload: String) throws(Failure) -> Checkpoint {
        let order = JobOrder(
            upload: upload, durationMilliseconds: track.facts.duration.milliseconds, stems: track.stems.map(\.rawValue),
            format: settings.transferFormat.rawValue, clientReference: track.job.rawValue)
        let request = String(decoding: try StemlabClient.bytes(order), as: UTF8.self)
        let attempt = String(UInt64.random(in: .min ... .max), radix: 36)
        return Checkpoint(
            step: Step.submitting,
            values: ["upload": upload, "key": "\(track.job).\(attempt)", "request": request])
    }

    /// - Returns: the job made by this request, now or when it was sent before; `nil` when it certainly made none, and never
    ///   will, since its upload is not there (any more).
    private func makeJob(_ checkpoint: Checkpoint) async throws(Failure) -> RemoteJob? {
        guard let key = checkpoint.values["key"], let request = checkpoint.values["request"] else {
            throw Failure(
                .backendOutcomeUnknown, "the ledger does not say under what key the track was handed over",
                hint: "look at \(settings.url), then `stemwatch retry JOB` or `stemwatch cancel JOB`",
                remedy: .hold(until: .person))
        }
        let answer = try await ask(.post, "/v1/jobs", .text(request), headers: [("Idempotency-Key", key)])
        switch client.refusal(answer).code {
        case "upload.unknown", "upload.used", "upload.incomplete": return nil
        default: return RemoteJob(handle: try client.job(in: answer).id)
        }
    }

    /// The service's jobs of this name, newest first.
    private func jobs(of job: JobID) async throws(Failure) -> [StemlabAPI.Job] {
        try client.jobs(in: try await ask(.get, "/v1/jobs?client_reference=\(job)&limit=10"))
    }

    func find(_ job: JobID, from checkpoint: Checkpoint?) async throws(Failure) -> RemoteJob? {
        if let known = try await jobs(of: job).first { return RemoteJob(handle: known.id) }
        // What was uploaded for it is not to lie there for a day.
        return checkpoint?.values["upload"].map {
            StemlabLeftover(upload: $0, mayBeUsed: checkpoint?.step == Step.submitting).remote
        }
    }
}

/// What was uploaded of a track whose job, as far as can be told, was never made.
private struct StemlabLeftover {
    let upload: String
    /// A job was asked for: the answer may have been lost.
    let mayBeUsed: Bool

    private static let unasked = "unasked-"

    init(upload: String, mayBeUsed: Bool) {
        self.upload = upload
        self.mayBeUsed = mayBeUsed
    }

    init?(_ remote: RemoteJob) {
        mayBeUsed = !remote.handle.hasPrefix(Self.unasked)
        upload = mayBeUsed ? remote.handle : String(remote.handle.dropFirst(Self.unasked.count))
        guard StemlabID.isUpload(upload) else { return nil }
    }

    var remote: RemoteJob { RemoteJob(handle: (mayBeUsed ? "" : Self.unasked) + upload) }
}

extension StemlabAPI.Job {
    /// Whether there are stems in it, or will be.
    fileprivate var isOfUse: Bool {
        switch state {
        case .queued, .running: true
        case .succeeded: swept != true
        case .failed, .cancelled: false
        }
    }
}

// MARK: - Following

extension StemlabBackend {
    func status(of job: RemoteJob) async throws(Failure) -> RemoteStatus {
        guard StemlabID.isJob(job.handle) else { return .gone }
        guard let job = try await read(job.handle, wait: traits.pollInterval) else { return .gone }
        switch job.state {
        case .queued: return .queued
        case .running: return .running(fraction: Double(min(100, max(0, job.progressPercent))) / 100)
        case .succeeded where job.swept == true: return .gone
        case .succeeded:
            let model = job.model.map { Printable($0, limit: 64).description }
            return .done(
                try client.stems(of: job).map {
                    RemoteStem(name: $0.name, location: job.id, bytes: $0.bytes, digest: $0.digest, model: model)
                })
        case .failed: return .failed(StemlabRefusal.ofJob(job.failure, at: settings.url))
        case .cancelled:
            return .failed(
                Failure(
                    .backendFailed, "the job was cancelled at \(settings.url)",
                    hint: "hand it over again with: stemwatch retry JOB", remedy: .reject))
        }
    }

    /// - Returns: `nil` when the service knows nothing of it.
    private func read(_ id: String, wait: Duration = .zero) async throws(Failure) -> StemlabAPI.Job? {
        let answer = try await ask(
            .get, "/v1/jobs/\(id)?wait=\(wait.components.seconds)", patience: wait + settings.stall)
        if client.refusal(answer).isUnknown { return nil }
        return try client.job(in: answer)
    }

    func fetch(
        _ stem: RemoteStem, of job: RemoteJob, into file: FilePath, telling: @escaping ProgressHandler
    ) async throws(Failure) {
        // Addresses are good for an hour, which the stems before this one may have taken.
        guard StemlabID.isJob(job.handle), let known = try await read(job.handle),
            let there = try client.stems(of: known).first(where: { $0.name == stem.name })
        else {
            throw Failure(
                .backendExpired, "\(settings.url) no longer has the stem \(stem.name)",
                hint: "`stemwatch retry JOB` separates it again, and pays again", remedy: .hold(until: .person))
        }
        let part = scratch.download(stem.name, of: known.id)
        let directory = scratch.path
        let (descriptor, download) = try await BlockingPool.shared.run { () throws(Failure) in
            try DurableFiles.makeDirectories(directory, mode: 0o700)
            let descriptor = try Failure.translating("opening", part) {
                try FileDescriptor.open(
                    part, .readWrite, options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
            }
            do throws(Failure) {
                return (descriptor, try DownloadFile(descriptor, size: there.bytes, digest: Array(there.digest.bytes)))
            } catch {
                descriptor.closeQuietly()
                throw error
            }
        }
        defer { descriptor.closeQuietly() }
        let share = MonotonicProgress(telling)
        share.tell(download.offset, of: there.bytes)
        if !download.isWhole { try await receive(download, from: there.url, share) }
        try await BlockingPool.shared.run { () throws(Failure) in
            try download.verify()
            if try !Files.link(part, to: file) { try Files.copy(from: part, to: file) }
            try DurableFiles.removeTree(part)
        }
    }

    /// Goes on where an earlier download was cut.
    private func receive(
        _ download: DownloadFile, from url: ServiceURL, _ share: MonotonicProgress
    ) async throws(Failure) {
        var request = HTTPRequest(.get, url)
        request.limits = settings.limits
        request.sink = .file(download)
        // Of what was written: told by the thread that does.
        request.progress = { _, _ in share.tell(download.offset, of: download.size) }
        if download.offset > 0 { request.set("Range", "bytes=\(download.offset)-") }
        let answer = try await client.send(request)
        guard answer.status == 200 || answer.status == 206 else { throw client.refusal(answer).failure }
    }

    func release(_ job: RemoteJob) async throws(Failure) -> Cost {
        if let upload = StemlabLeftover(job) { return try await remove(upload) }
        guard StemlabID.isJob(job.handle) else { return .possible }
        let scratch = scratch
        try await BlockingPool.shared.run { () throws(Failure) in try scratch.removeDownloads(of: job.handle) }
        try expectGone(try await ask(.delete, "/v1/jobs/\(job.handle)"))
        return .possible
    }

    private func remove(_ leftover: StemlabLeftover) async throws(Failure) -> Cost {
        let answer = try await ask(.delete, "/v1/uploads/\(leftover.upload)")
        // The same audio has the same upload: a job of another name may have it.
        let isAnothers = !leftover.mayBeUsed && client.refusal(answer).code == "upload.used"
        if !isAnothers { try expectGone(answer) }
        // What could be deleted was no job's, and none can be made of it any more.
        return answer.status == 204 || !leftover.mayBeUsed ? .none : .possible
    }

    private func expectGone(_ answer: HTTPAnswer) throws(Failure) {
        let refusal = client.refusal(answer)
        guard answer.status == 204 || refusal.isUnknown else { throw refusal.failure }
    }
}
