// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

extension ValueForm<ServiceURL> {
    public static let service = scalar(
        "the address of a service", advice: "write it as https://stems.example.com",
        schema: .text(pattern: "^https?://"), write: { YAMLText.scalar($0.text) },
        parse: { text throws(ValueProblem) in
            do throws(ServiceURL.Rejection) {
                let url = try ServiceURL(text)
                guard !text.contains("?") else { throw ServiceURL.Rejection.malformed }
                return url
            } catch {
                switch error {
                case .plain:
                    throw ValueProblem(
                        "which is plain http to another machine: everybody between could listen",
                        hint: "write https://, and let the service have a certificate")
                case .credentials:
                    throw ValueProblem(
                        "which holds a user or a password", hint: "take it out: secrets have keys of their own")
                case .scheme, .malformed: throw ValueProblem("which is not the address of a service")
                }
            }
        })
}
