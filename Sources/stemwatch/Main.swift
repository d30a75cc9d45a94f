import ArgumentParser
import StemwatchDaemon

@main struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stemwatch", subcommands: [Supervise.self])
}
