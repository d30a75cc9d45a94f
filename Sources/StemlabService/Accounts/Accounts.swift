// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Everything about accounts, put together: the routes, who is let in, and what the command line does.
public struct Accounts: Sendable {
    public let desk: AccountDesk
    public let doorkeeper: Doorkeeper
    let sessions: SessionDesk
    private let store: Store
    private let publicURL: String

    /// - Parameters:
    ///   - publicURL: as in ``WebSettings``.
    ///   - rooms: what else holds something of accounts.
    public init(
        _ settings: AccountSettings, store: Store, publicURL: String, postman: Postman, rooms: [any AccountRoom]
    ) {
        self.store = store
        self.publicURL = publicURL
        let hashing = PasswordHashing(cost: settings.cost)
        let passwords = PasswordDesk(store: store, hashing: hashing, attempts: settings.attempts)
        doorkeeper = Doorkeeper(store)
        sessions = SessionDesk(store: store, passwords: passwords)
        desk = AccountDesk(
            store: store, hashing: hashing, passwords: passwords,
            letters: Letters(publicURL: publicURL, postman: postman), rooms: rooms, isOpen: settings.signupIsOpen)
    }

    public var routes: [Route] {
        SessionRoutes(desk: desk, sessions: sessions, store: store).routes + TokenRoutes(store: store).routes
            + AccountRoutes(desk: desk).routes + DeviceRoutes(store: store, publicURL: publicURL).routes
            + AccountPages(desk: desk).routes + DevicePage(store: store, passwords: desk.passwords).routes
    }
}
