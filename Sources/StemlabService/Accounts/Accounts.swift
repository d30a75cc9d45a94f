// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Everything about accounts, put together: the routes, who is let in, and what the command line does.
struct Accounts: Sendable {
    let service: AccountService
    let authenticator: TokenAuthenticator
    let sessions: SessionService
    private let store: Store
    private let publicURL: String

    /// - Parameters:
    ///   - publicURL: as in ``WebSettings``.
    ///   - dataOwners: the other parts that keep data of accounts.
    init(
        _ settings: AccountSettings, store: Store, publicURL: String, mailSender: MailSender,
        dataOwners: [any AccountDataOwner]
    ) {
        self.store = store
        self.publicURL = publicURL
        let hashing = PasswordHashing(cost: settings.cost)
        let passwords = PasswordVerifier(store: store, hashing: hashing, attempts: settings.attempts)
        authenticator = TokenAuthenticator(store: store)
        sessions = SessionService(store: store, passwords: passwords)
        service = AccountService(
            store: store, hashing: hashing, passwords: passwords,
            emailTemplates: EmailTemplates(publicURL: publicURL, mailSender: mailSender), dataOwners: dataOwners,
            isOpen: settings.signup == .open)
    }

    var routes: [Route] {
        SessionRoutes(service: service, sessions: sessions, store: store).routes + TokenRoutes(store: store).routes
            + AccountRoutes(service: service).routes + DeviceRoutes(store: store, publicURL: publicURL).routes
            + AccountPages(service: service).routes + DevicePage(store: store, passwords: service.passwords).routes
    }
}
