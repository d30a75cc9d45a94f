// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Dedicated threads for blocking calls: the cooperative pool has one thread per core and does not grow.
enum OwnThread {
    /// Runs `body` on a new detached thread that handles no signals.
    /// - Parameters:
    ///   - name: shown by `top -H`, at most 15 bytes.
    ///   - stackBytes: 1 MiB is enough for every C decoder in use. Untouched pages cost nothing.
    /// - Throws: `system.limit` when the system gives no more threads.
    static func start(name: String, stackBytes: Int = 1 << 20, _ body: @escaping @Sendable () -> Void) throws(Failure) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackBytes)
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                clinux_block_signals_in_thread()
                clinux_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        if result != 0 {
            start.release()
            throw Failure(
                .systemLimit, "starting a thread failed: \(String(cString: strerror(result)).lowercased())",
                hint: "raise the limit on tasks (systemd: TasksMax=)", remedy: .retry(after: nil))
        }
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
