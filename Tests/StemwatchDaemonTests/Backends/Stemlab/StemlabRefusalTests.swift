// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Testing

@testable import Platform
@testable import StemwatchDaemon

/// The remedy for each error of the service.
struct StemlabRefusalTests {
    private func refusal(_ status: Int, _ code: String?, _ more: [String: JSONValue] = [:], retryAfter: String? = nil)
        throws -> StemlabRefusal
    {
        var headers = HTTPHeaders()
        if code != nil { headers.add(line: Array("Content-Type: application/problem+json".utf8)) }
        if let retryAfter { headers.add(line: Array("Retry-After: \(retryAfter)".utf8)) }
        let problem: [String: JSONValue] = [
            "type": "urn:x", "title": "A title", "status": .int(Int64(status)), "detail": "what happened",
            "code": code.map { .string($0) } ?? .null,
        ]
        let body: JSONValue = .object(problem.merging(more) { $1 })
        return StemlabRefusal(
            HTTPAnswer(status: status, headers: headers, body: body.bytes(), isHTTP2: false),
            from: try ServiceURL("https://stems.example.com"), now: .now)
    }

    @Test(
        arguments: [
            (301, nil, FailureCode.networkProtocol, Remedy.stop), (400, "request.malformed", .networkProtocol, .stop),
            (401, "token.expired", .backendUnauthorized, .stop), (401, nil, .backendUnauthorized, .stop),
            (402, "minutes.exhausted", .minutesExhausted, .hold(until: .surroundings)),
            (403, "token.scope", .backendUnauthorized, .stop), (403, "account.disabled", .backendUnauthorized, .stop),
            (403, "limits.track_length", .minutesTrackTooLong, .hold(until: .person)),
            (403, "url.expired", .backendFailed, .retry(after: nil)), (404, nil, .backendFailed, .retry(after: nil)),
            (409, "idempotency.conflict", .backendOutcomeUnknown, .hold(until: .person)),
            (409, "limits.concurrent_jobs", .rateLimited, .retry(after: nil)),
            (409, "limits.stored_bytes", .rateLimited, .retry(after: nil)),
            (410, "job.deleted", .backendOutcomeUnknown, .hold(until: .person)),
            (413, "limits.upload_bytes", .audioTooLarge, .reject), (500, nil, .backendUnavailable, .retry(after: nil)),
            (502, nil, .backendUnavailable, .retry(after: nil)),
            (507, "storage.full", .backendUnavailable, .retry(after: nil)),
        ] as [(Int, String?, FailureCode, Remedy)])
    func `each error of the service has its remedy`(status: Int, code: String?, expected: FailureCode, remedy: Remedy)
        throws
    {
        let failure = try refusal(status, code).failure
        #expect(failure.code == expected)
        #expect(failure.remedy == remedy)
        #expect(failure.message.contains("https://stems.example.com"))
    }

    @Test func `a wait is as long as the service asks, and a day's limit ends with the day`() throws {
        #expect(try refusal(429, "rate.limited", retryAfter: "7").failure.remedy == .retry(after: .seconds(7)))
        #expect(try refusal(503, nil, retryAfter: "9999").failure.remedy == .retry(after: .seconds(3600)))
        let day = try refusal(403, "limits.minutes_a_day", ["resets_at": "2026-11-29T00:00:00.000Z"]).failure
        #expect(day.remedy == .hold(until: .time(WallTime(rfc3339: "2026-11-29T00:00:00Z")!)))
    }

    @Test func `only the service's own 404 means that something does not exist`() throws {
        #expect(try refusal(404, "resource.unknown").isUnknown)
        #expect(try !refusal(404, nil).isUnknown)
        #expect(try !refusal(404, "route.unknown").isUnknown)
        #expect(try !refusal(500, "resource.unknown").isUnknown)
    }
}
