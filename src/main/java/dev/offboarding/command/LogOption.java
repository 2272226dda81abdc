package dev.offboarding.command;

import picocli.CommandLine.Option;

/** How the verbs that run jobs write their log. */
final class LogOption {

    enum Format {
        text,
        json
    }

    @Option(
            names = "--log",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = {
                "text (the default): the log goes to a file in reports/<job>/logs/ only.",
                "json: to standard error as well, one line of JSON (ECS) per event, for a collector. Nothing else is written there: warnings, failures and progress are lines of the log, too."
            })
    private Format format = Format.text;

    boolean json() {
        return format == Format.json;
    }
}
