// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// One inotify instance, drained by a thread of its own until the instance is released.
///
/// The thread only reads events into a buffer, so that the kernel's queue (16384 events by default, shared by all
/// watches of an instance) stays empty however busy the consumer is. The buffer is bounded too. When either is full,
/// events are lost and an ``InotifyMask/overflow`` event takes their place: the consumer must then scan everything
/// again.
///
/// What inotify does not report: changes made on another machine of a network file system, writes through a mapping, a
/// file system mounted over a watched directory, and anything below a directory that is not itself watched.
public final class Inotify: Sendable {
    private let queue: Queue

    /// - Parameters:
    ///   - bytes: the size of the buffer; an event takes 16 bytes plus its name, rounded up to 16.
    ///   - wake: called on the draining thread each time events were buffered. It must return at once.
    /// - Throws: `folder.watch_limit` when the user has no more instances, `system.limit` when the process has no more
    ///   descriptors or threads.
    public init(bytes: Int = 1 << 20, wake: @escaping @Sendable () -> Void) throws(Failure) {
        let descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.initFailure(.current) }
        let stop = clinux_eventfd()
        guard stop >= 0 else {
            let error = Errno.current
            close(descriptor)
            throw Failure(error, "opening an event descriptor")
        }
        let queue = Queue(descriptor: descriptor, stop: stop, limit: bytes)
        try OwnThread.start(name: "inotify", stackBytes: 256 << 10) { queue.drain(wake) }
        self.queue = queue
    }

    deinit { queue.end() }

    /// Watches a directory. A second call for the same directory returns the same descriptor and replaces its mask.
    /// - Throws: `folder.watch_limit` when the user has no more watches, `folder.missing` when nothing is there,
    ///   `folder.unreadable` when it may not be read or is no directory.
    public func add(_ path: FilePath, _ mask: InotifyMask) throws(Failure) -> WatchDescriptor {
        let result = path.withPlatformString { inotify_add_watch(queue.descriptor, $0, mask.rawValue) }
        if result >= 0 { return WatchDescriptor(rawValue: result) }
        switch Errno.current {
        case .noSpace: throw InotifyLimits.watchesExhausted()
        case let error: throw Failure(directory: error, "watching", path)
        }
    }

    /// Ends a watch; an ``InotifyMask/ignored`` event follows. Nothing happens when it is already gone.
    public func remove(_ watch: WatchDescriptor) { _ = inotify_rm_watch(queue.descriptor, watch.rawValue) }

    /// The events buffered since the last call; `nil` when there are none.
    public func take() -> InotifyBatch? { queue.take() }

    /// EMFILE has two causes, and only one of them is inotify's.
    private static func initFailure(_ error: Errno) -> Failure {
        guard error == .tooManyOpenFiles else { return Failure(error, "opening inotify") }
        let probe = eventfdProbe()
        return probe ? InotifyLimits.instancesExhausted() : Failure(error, "opening inotify")
    }

    private static func eventfdProbe() -> Bool {
        let probe = clinux_eventfd()
        if probe >= 0 { close(probe) }
        return probe >= 0
    }
}

extension Inotify {
    /// The state that the thread and the owner share. Closes the descriptors when both have released it.
    private final class Queue: Sendable {
        let descriptor: Int32
        private let stop: Int32
        private let limit: Int
        private let aside = Monitor(Aside())

        private struct Aside: Sendable {
            var bytes: [UInt8] = []
            var overflowed = false
        }

        init(descriptor: Int32, stop: Int32, limit: Int) {
            self.descriptor = descriptor
            self.stop = stop
            self.limit = limit
        }

        deinit {
            close(descriptor)
            close(stop)
        }

        func end() {
            var one: UInt64 = 1
            _ = write(stop, &one, MemoryLayout<UInt64>.size)
        }

        func drain(_ wake: @Sendable () -> Void) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
            defer { buffer.deallocate() }
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
            ]
            while true {
                // Signals are blocked in this thread, so EINTR cannot occur.
                _ = poll(&polled, nfds_t(polled.count), -1)
                if polled[1].revents != 0 { return }
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { continue }
                put(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                wake()
            }
        }

        private func put(_ new: UnsafeRawBufferPointer) {
            aside.withLock { aside in
                if aside.overflowed { return }
                if aside.bytes.count + new.count > limit {
                    aside.overflowed = true
                    aside.bytes += InotifyBatch.overflowRecord
                } else {
                    aside.bytes += new
                }
            }
        }

        func take() -> InotifyBatch? {
            let bytes = aside.withLock { aside in
                let bytes = aside.bytes
                aside = Aside()
                return bytes
            }
            return bytes.isEmpty ? nil : InotifyBatch(bytes: bytes)
        }
    }
}
