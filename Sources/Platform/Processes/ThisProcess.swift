// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Dispatch
import Glibc
public import SystemPackage

/// Settings of the running process, and its end.
public enum ThisProcess {
    /// Call it first in `main`, before any thread. A write to a closed pipe then returns an error instead of ending the
    /// process, and few heap arenas keep an idle process small.
    public static func prepare() {
        clinux_ignore_sigpipe()
        clinux_limit_arenas(2)
    }

    /// Sets the time zone of ``CivilCalendar/local``. Call it before threads start, since `setenv` is not thread-safe.
    /// - Parameter name: an IANA name, checked by the configuration.
    public static func setTimeZone(_ name: String) {
        setenv("TZ", name, 1)
        tzset()
    }

    /// The absolute path of the running program.
    public static func executable() throws(Failure) -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink("/proc/self/exe", &buffer, Int(PATH_MAX)) > 0 else {
            throw Failure(Errno(rawValue: errno), "reading", "/proc/self/exe")
        }
        return FilePath(platformString: buffer)
    }

    public static var identifier: Int32 { getpid() }

    /// Whether it runs as root.
    public static var isRoot: Bool { geteuid() == 0 }

    /// The working directory, which relative paths refer to.
    public static func workingDirectory() throws(Failure) -> FilePath {
        guard let path = getcwd(nil, 0) else {
            throw Failure(Errno(rawValue: errno), "finding the working directory", nil)
        }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// The value of an environment variable; `nil` when it is not set.
    public static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// All of the environment, as text.
    public static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }

    /// Whether a standard stream is a terminal.
    public static func isTerminal(_ descriptor: FileDescriptor) -> Bool { isatty(descriptor.rawValue) == 1 }

    /// The columns of the terminal at a descriptor; `nil`: it is not a terminal, or its width is not known.
    public static func terminalWidth(_ descriptor: FileDescriptor) -> Int? {
        var size = winsize()
        guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes to standard error at once, unbuffered. Ignores errors, since there is nowhere else to report them.
    public static func say(_ text: String) {
        var text = text
        _ = text.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Raises the limit on open files as far as allowed, and checks that it is enough.
    /// - Throws: `system.limit` when fewer than `least` may be open at once.
    public static func claimDescriptors(atLeast least: UInt64) throws(Failure) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw Failure(.current, "asking for the limit on open files")
        }
        // Bounded: some child programs close every descriptor up to the limit.
        var raised = limit
        raised.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
        // A failure, such as in a sandbox, does no harm when the limit is high enough already.
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0
        let count = isRaised ? raised.rlim_cur : limit.rlim_cur
        if count < least {
            throw Failure(
                .systemLimit, "only \(count) files may be open at once, and \(least) are needed",
                hint: "raise LimitNOFILE= of the service, or `ulimit -n` in a shell", remedy: .stop)
        }
    }

    /// Flushes standard output.
    public static func flushOutput() { _ = fflush(nil) }

    /// Ends at once, without running anything else: every durable step survives that.
    public static func end(_ status: Int32) -> Never { _exit(status) }

    /// Ends the process after `grace` if it still runs then, whatever blocks it.
    /// - Parameter last: called just before, on a thread of its own.
    public static func end(_ status: Int32, after grace: Duration, last: @escaping @Sendable () -> Void) throws(Failure)
    {
        let (seconds, attoseconds) = grace.components
        try OwnThread.start(name: "deadline") {
            var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var rest = timespec()
            while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
            last()
            end(status)
        }
    }

    /// Runs the main actor on the calling thread, which must be the main one, and never returns. An asynchronous `main`
    /// does this by itself. Other code ends the process.
    public static func serveMainQueue() -> Never { dispatchMain() }
}
