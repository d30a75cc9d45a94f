// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform

/// The codes of failures that only the service knows.
extension FailureCode {
    // account: of the service
    package static let accountUnknown = Self(rawValue: "account.unknown")

    // mail: that the service sends
    package static let mailUnavailable = Self(rawValue: "mail.unavailable")
    package static let mailUnauthorized = Self(rawValue: "mail.unauthorized")
    package static let mailQuota = Self(rawValue: "mail.quota")
    /// This one mail, for good.
    package static let mailRefused = Self(rawValue: "mail.refused")
}
