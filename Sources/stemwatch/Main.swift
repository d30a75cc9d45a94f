import ArgumentParser
import StemwatchDaemon

@main struct Main: AsyncParsableCommand { func run() async throws { print("hi") } }
