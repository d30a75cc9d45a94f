// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI

/// What to do about each refusal of the service: the one table.
struct StemlabRefusal {
    let service: ServiceURL
    let status: Int
    /// Of the problem document; `nil` when none came, so that the answer may be somebody else's.
    let code: String?
    let detail: String
    /// When the day that is used up there ends.
    let resetsAt: WallTime?
    let retryAfter: Duration?

    init(_ answer: HTTPAnswer, from service: ServiceURL, now: WallTime) {
        self.service = service
        status = answer.status
        let isProblem = answer.headers["content-type"]?.hasPrefix(Problem.mediaType) == true
        let problem = isProblem ? try? WireCoding.value(Problem.self, from: answer.body) : nil
        code = (problem?.code).map { Printable($0, limit: 64).description }
        detail = (problem?.detail).map { Printable($0, limit: 300).description } ?? "status \(answer.status)"
        resetsAt = problem?.resetsAt?.time
        retryAfter = answer.headers["retry-after"].flatMap { HTTPTiming.retryAfter($0, now: now) }
    }

    /// There is no such thing, by the service's own word.
    var isUnknown: Bool { status == 404 && code == "resource.unknown" }

    var failure: Failure {
        switch (status, code) {
        case (300..<400, _):
            return Failure(
                .networkProtocol, "\(service) sends requests elsewhere, which is not followed",
                hint: "correct url: to where it really is", remedy: .stop)
        case (401, _), (403, "token.scope"), (403, "account.disabled"): return unauthorized
        case (402, _): return exhausted(until: nil)
        case (403, "limits.minutes_a_day"): return exhausted(until: resetsAt)
        case (403, "limits.track_length"):
            return Failure(
                .minutesTrackTooLong, "\(service) refuses it: \(detail)",
                hint: "have the limit raised there, then: stemwatch retry JOB", remedy: .hold(until: .person))
        case (403, "stem.unknown"):
            return Failure(
                .configInvalid, "\(service) does not make what is asked for: \(detail)",
                hint: "correct stems: of the backend", remedy: .stop)
        case (413, "limits.upload_bytes"):
            return Failure(
                .audioTooLarge, "\(service) refuses it: \(detail)", hint: "use a smaller format, such as FLAC",
                remedy: .reject)
        case (409, "idempotency.conflict"), (410, "job.deleted"):
            return Failure(
                .backendOutcomeUnknown, "\(service) had a job of this name that is another, or deleted: \(detail)",
                hint: "look there, then `stemwatch retry JOB`, which may pay again, or `stemwatch cancel JOB`",
                remedy: .hold(until: .person))
        case (409, "limits.concurrent_jobs"), (409, "limits.open_uploads"), (409, "limits.stored_bytes"), (429, _):
            return Failure(
                .rateLimited, "\(service) takes no more for now: \(detail)", remedy: .retry(after: retryAfter))
        case (507, _), (500..., _):
            return Failure(
                .backendUnavailable, "\(service) cannot work now: \(detail)", remedy: .retry(after: retryAfter))
        case (403, _), (404, _), (409, _), (410, _), (416, _):
            return Failure(.backendFailed, "\(service) refuses it: \(detail)", remedy: .retry(after: nil))
        default:
            return Failure(
                .networkProtocol, "\(service) does not understand a request: \(detail)",
                hint: "is it a stemlab, of a version that fits?", remedy: .stop)
        }
    }

    private var unauthorized: Failure {
        Failure(
            .backendUnauthorized, "\(service) does not accept the token: \(detail)",
            hint: "stemwatch login \(service): then it goes on at once",
            remedy: .stop)
    }

    private func exhausted(until lift: WallTime?) -> Failure {
        Failure(
            .minutesExhausted, "\(service) has too few minutes for it: \(detail)",
            hint: lift == nil
                ? "it goes on when the balance is enough, at once after: stemwatch account"
                : "it goes on when the day there is over",
            remedy: .hold(until: lift.map { .time($0) } ?? .surroundings))
    }

    /// Why a job came to nothing, by the code of its failure. Nothing was charged for it.
    static func ofJob(_ failure: StemlabAPI.Job.Failure?, at service: ServiceURL) -> Failure {
        guard let failure else {
            return Failure(.backendFailed, "\(service) could not separate it", remedy: .retry(after: nil))
        }
        let detail = Printable(failure.detail, limit: 300)
        let known: [String: FailureCode] = [
            "audio.incomplete": .audioIncomplete, "audio.broken": .audioBroken, "audio.unsupported": .audioUnsupported,
            "audio.not_audio": .audioNotAudio, "audio.channels": .audioChannels, "audio.rate": .audioRate,
            "audio.too_short": .audioTooShort,
        ]
        if let code = known[failure.code] {
            return Failure(code, "\(service) cannot separate it: \(detail)", remedy: .reject)
        }
        if failure.code.hasPrefix("audio.") {
            return Failure(.backendFailed, "\(service) cannot separate it: \(detail)", remedy: .reject)
        }
        let code: FailureCode = failure.code == "compute.timeout" ? .backendTimeout : .backendFailed
        return Failure(code, "\(service) could not separate it: \(detail)", remedy: .retry(after: nil))
    }
}
