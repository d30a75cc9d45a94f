// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CCurl
import Synchronization

/// The thread that moves the bytes of every transfer of the process, through libcurl's multi interface.
///
/// It starts with the first transfer, and sleeps in the kernel while there is none. It also reads and writes the files
/// of sources and sinks, so one slow disk slows all transfers.
final class TransferLoop: Sendable {
    static let shared = TransferLoop()

    private let state = Mutex(State())

    private struct State {
        var multi: Multi?
        var coming: [Transfer] = []
    }

    /// `@unchecked Sendable`: the one call made from other threads is `curl_multi_wakeup`, which may be.
    private struct Multi: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer
    }

    func start(_ transfer: Transfer) {
        let refusal: Failure? = state.withLock { state in
            do throws(Failure) {
                if state.multi == nil { state.multi = try begin() }
                state.coming.append(transfer)
                return nil
            } catch { return error }
        }
        if let refusal { transfer.end(.failure(refusal)) } else { wake() }
    }

    func wake() {
        guard let multi = state.withLock({ $0.multi }) else { return }
        _ = curl_multi_wakeup(multi.handle)
    }

    private func begin() throws(Failure) -> Multi {
        guard CurlLibrary.isReady, let handle = curl_multi_init() else {
            throw Failure(.systemLimit, "libcurl could not be started", remedy: .retry(after: nil))
        }
        // Connections that are kept for the next request.
        _ = ccurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 64)
        let multi = Multi(handle: handle)
        do throws(Failure) {
            try OwnThread.start(name: "transfers") { self.serve(multi) }
        } catch {
            curl_multi_cleanup(handle)
            throw error
        }
        return multi
    }

    private func takeComing() -> [Transfer] {
        state.withLock { state in
            defer { state.coming = [] }
            return state.coming
        }
    }

    private func serve(_ multi: Multi) {
        var active: [UnsafeMutableRawPointer: Transfer] = [:]
        while true {
            for transfer in takeComing() {
                guard let handle = transfer.prepare() else { continue }
                active[handle] = transfer
                if curl_multi_add_handle(multi.handle, handle) != CURLM_OK {
                    active[handle] = nil
                    transfer.finish(CURLE_OUT_OF_MEMORY)
                }
            }
            var running: Int32 = 0
            _ = curl_multi_perform(multi.handle, &running)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi.handle, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                let result = message.pointee.data.result
                _ = curl_multi_remove_handle(multi.handle, handle)
                active.removeValue(forKey: handle)?.finish(result)
            }
            for (handle, transfer) in active where transfer.isCancelled {
                _ = curl_multi_remove_handle(multi.handle, handle)
                active[handle] = nil
                transfer.finish(CURLE_ABORTED_BY_CALLBACK)
            }
            // libcurl's own deadlines may end the wait early.
            _ = curl_multi_poll(multi.handle, nil, 0, 3_600_000, nil)
        }
    }
}

/// libcurl, set up once for the process: its global part is not safe to start from two threads.
enum CurlLibrary {
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
