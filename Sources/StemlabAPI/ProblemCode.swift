// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The stable names of refusals, each with its status and its title. Every one there is; `docs/stemlab-openapi.yaml` lists the
/// same.
public enum ProblemCode: String, Codable, CaseIterable, Sendable {
    case requestMalformed = "request.malformed"

    case sessionRefused = "session.refused"
    case tokenExpired = "token.expired"
    case tokenInvalid = "token.invalid"
    case tokenMissing = "token.missing"
    case tokenRevoked = "token.revoked"

    case minutesExhausted = "minutes.exhausted"

    case accountDisabled = "account.disabled"
    case codeInvalid = "code.invalid"
    case limitsMinutesADay = "limits.minutes_a_day"
    case limitsTrackLength = "limits.track_length"
    case passwordWrong = "password.wrong"
    case signupClosed = "signup.closed"
    case stemUnknown = "stem.unknown"
    case tokenScope = "token.scope"
    case urlExpired = "url.expired"
    case urlInvalid = "url.invalid"

    case deviceUnknown = "device.unknown"
    case resourceUnknown = "resource.unknown"
    case routeUnknown = "route.unknown"
    case uploadUnknown = "upload.unknown"

    case methodNotAllowed = "method.not_allowed"

    case deviceDecided = "device.decided"
    case idempotencyConflict = "idempotency.conflict"
    case jobOver = "job.over"
    case limitsConcurrentJobs = "limits.concurrent_jobs"
    case limitsOpenUploads = "limits.open_uploads"
    case limitsStoredBytes = "limits.stored_bytes"
    case limitsTokens = "limits.tokens"
    case uploadComplete = "upload.complete"
    case uploadDigestMismatch = "upload.digest_mismatch"
    case uploadIncomplete = "upload.incomplete"
    case uploadOffset = "upload.offset"
    case uploadSuperseded = "upload.superseded"
    case uploadUsed = "upload.used"

    case jobDeleted = "job.deleted"

    case lengthRequired = "length.required"

    case bodyTooLarge = "body.too_large"
    case limitsUploadBytes = "limits.upload_bytes"

    case mediaTypeUnsupported = "media_type.unsupported"

    case rangeUnsatisfiable = "range.unsatisfiable"

    case rateLimited = "rate.limited"
    case signinThrottled = "signin.throttled"

    case serviceInternal = "service.internal"

    case serviceUnavailable = "service.unavailable"

    case storageFull = "storage.full"
}

extension ProblemCode {
    /// The HTTP status it is told with.
    public var status: Int {
        switch self {
        case .requestMalformed: 400
        case .sessionRefused, .tokenExpired, .tokenInvalid, .tokenMissing, .tokenRevoked: 401
        case .minutesExhausted: 402
        case .accountDisabled, .codeInvalid, .limitsMinutesADay, .limitsTrackLength, .passwordWrong, .signupClosed,
            .stemUnknown, .tokenScope, .urlExpired, .urlInvalid:
            403
        case .deviceUnknown, .resourceUnknown, .routeUnknown, .uploadUnknown: 404
        case .methodNotAllowed: 405
        case .deviceDecided, .idempotencyConflict, .jobOver, .limitsConcurrentJobs, .limitsOpenUploads,
            .limitsStoredBytes, .limitsTokens, .uploadComplete, .uploadDigestMismatch, .uploadIncomplete, .uploadOffset,
            .uploadSuperseded, .uploadUsed:
            409
        case .jobDeleted: 410
        case .lengthRequired: 411
        case .bodyTooLarge, .limitsUploadBytes: 413
        case .mediaTypeUnsupported: 415
        case .rangeUnsatisfiable: 416
        case .rateLimited, .signinThrottled: 429
        case .serviceInternal: 500
        case .serviceUnavailable: 503
        case .storageFull: 507
        }
    }

    /// The same for every problem with this code.
    public var title: String {
        switch self {
        case .requestMalformed: "The request breaks the API's document"
        case .sessionRefused: "Address or password is wrong"
        case .tokenExpired: "The token has expired"
        case .tokenInvalid: "The token is unknown"
        case .tokenMissing: "A token is needed"
        case .tokenRevoked: "The token has been revoked"
        case .minutesExhausted: "The balance does not cover it"
        case .accountDisabled: "The account is disabled"
        case .codeInvalid: "The code is wrong, used or too old"
        case .limitsMinutesADay: "The account's minutes of the day are used up"
        case .limitsTrackLength: "The track is longer than the account may have"
        case .passwordWrong: "The password is wrong"
        case .signupClosed: "Signing up is closed"
        case .stemUnknown: "There is no such stem"
        case .tokenScope: "The token does not allow it"
        case .urlExpired: "The URL has expired"
        case .urlInvalid: "The URL is not one of ours"
        case .deviceUnknown: "No program waits with this code"
        case .resourceUnknown: "There is no such thing"
        case .routeUnknown: "There is nothing at this path"
        case .uploadUnknown: "There is no such upload"
        case .methodNotAllowed: "The path has other methods"
        case .deviceDecided: "It has been decided"
        case .idempotencyConflict: "The key was used with another request"
        case .jobOver: "The job is over"
        case .limitsConcurrentJobs: "The account has as many jobs under way as it may"
        case .limitsOpenUploads: "The account has as many open uploads as it may"
        case .limitsStoredBytes: "The account has as many bytes stored as it may"
        case .limitsTokens: "The account has as many tokens as it may"
        case .uploadComplete: "The upload is complete"
        case .uploadDigestMismatch: "What arrived is not what was declared"
        case .uploadIncomplete: "The upload is not complete"
        case .uploadOffset: "The bytes do not go on where the upload stands"
        case .uploadSuperseded: "Another request goes on with this upload"
        case .uploadUsed: "A job has the upload"
        case .jobDeleted: "The job of this key was deleted"
        case .lengthRequired: "Content-Length is needed"
        case .bodyTooLarge: "The body is larger than what is taken"
        case .limitsUploadBytes: "The upload is larger than the account may have"
        case .mediaTypeUnsupported: "The content type is not read here"
        case .rangeUnsatisfiable: "The range begins after the end"
        case .rateLimited: "Too many requests"
        case .signinThrottled: "Too many attempts"
        case .serviceInternal: "The service failed"
        case .serviceUnavailable: "The service does not get to it"
        case .storageFull: "There is no room"
        }
    }
}
