// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI

/// Reads the service's responses with the types of its API, and checks each value that is used here: identifiers become
/// parts of paths and names of files, addresses are requested, amounts are counted with.
extension StemlabClient {
    /// The value of a response with one of the `expected` statuses. Its body has been bounded by the transfer.
    /// - Parameter noun: what the service should have sent, for the message.
    /// - Throws: what a refusal means; `network.protocol` when the body is something else.
    func value<Value: Decodable>(
        _ type: Value.Type, _ noun: String, in answer: HTTPAnswer, _ expected: Int...,
        where isUsable: (Value) -> Bool = { _ in true }
    ) throws(Failure) -> Value {
        guard expected.contains(answer.status) else { throw refusal(answer).failure }
        guard let value = try? WireCoding.value(type, from: answer.body), isUsable(value) else {
            throw nonsense("no \(noun)")
        }
        return value
    }

    /// An upload, with its address while it is open.
    func upload(in answer: HTTPAnswer) throws(Failure) -> Upload {
        try value(Upload.self, "upload", in: answer, 200, 201) { upload in
            StemlabID.isUpload(upload.id) && upload.offset >= 0 && upload.offset <= upload.bytes
                && (upload.state != .open || address(upload.url) != nil)
        }
    }

    func job(in answer: HTTPAnswer) throws(Failure) -> StemlabAPI.Job {
        try value(StemlabAPI.Job.self, "job", in: answer, 200, 201) { StemlabID.isJob($0.id) }
    }

    func jobs(in answer: HTTPAnswer) throws(Failure) -> [StemlabAPI.Job] {
        try value(JobPage.self, "list of jobs", in: answer, 200) { page in
            page.jobs.allSatisfy { StemlabID.isJob($0.id) }
        }.jobs
    }

    func minutes(in answer: HTTPAnswer) throws(Failure) -> Minutes {
        try value(Minutes.self, "balance", in: answer, 200, where: \.isInRange)
    }

    /// The stems of a job, each with a name that can name a file.
    func stems(of job: StemlabAPI.Job) throws(Failure) -> [StemlabStem] {
        let stems = job.stems.compactMap { stem -> StemlabStem? in
            guard let name = StemName(rawValue: stem.name), stem.bytes >= 0, let url = address(stem.url),
                let digest = Digest256(hex: stem.sha256)
            else { return nil }
            return StemlabStem(name: name, bytes: stem.bytes, digest: digest, url: url)
        }
        guard stems.count == job.stems.count, Set(stems.map(\.name)).count == stems.count else {
            throw nonsense("no job")
        }
        return stems
    }

    /// An address for bytes; `nil` for one that the service must not name: plain HTTP, unless the service itself is
    /// reached over it.
    func address(_ text: String?) -> ServiceURL? {
        guard let text, let url = try? ServiceURL(text) else { return nil }
        return url.isPlain && !service.isPlain ? nil : url
    }
}

/// A stem that the service has, ready to be fetched.
struct StemlabStem: Sendable {
    let name: StemName
    let bytes: Int64
    let digest: Digest256
    let url: ServiceURL
}

/// The service's identifiers, which become parts of paths: nothing else is put there.
enum StemlabID {
    static func isUpload(_ text: String) -> Bool { isName(text, "upl_") }
    static func isJob(_ text: String) -> Bool { isName(text, "job_") }

    private static func isName(_ text: String, _ prefix: String) -> Bool {
        let rest = text.utf8.dropFirst(4)
        return text.hasPrefix(prefix) && rest.count == 26
            && rest.allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
    }
}

extension Minutes {
    /// No amount is so large that a sum of them could overflow.
    fileprivate var isInRange: Bool {
        let amounts = [
            availableMilliseconds, reservedMilliseconds, spentMilliseconds, today.spentMilliseconds,
            today.limitMilliseconds ?? 0, limits.trackMilliseconds, limits.uploadBytes,
        ]
        return amounts.allSatisfy { $0.magnitude < 1 << 53 }
    }

    /// What may be spent now: the balance, or what the day has left of its limit.
    var allowance: Allowance {
        let available = AudioDuration(milliseconds: availableMilliseconds)
        guard let limit = today.limitMilliseconds,
            case let left = AudioDuration(milliseconds: max(0, limit - today.spentMilliseconds)), left < available
        else { return Allowance(remaining: available) }
        return Allowance(remaining: left, resetsAt: today.resetsAt.time)
    }
}
