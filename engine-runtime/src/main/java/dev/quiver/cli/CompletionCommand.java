package dev.quiver.cli;

import dev.quiver.UsageException;
import java.io.PrintStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Prints a script that completes commands, options, masters, names of examples and files with the Tab key. */
final class CompletionCommand {
    private final PrintStream out;

    CompletionCommand(PrintStream out) {
        this.out = out;
    }

    void run(ParseResult line, CommandLine commands) {
        String shell = line.matchedPositionalValue(0, "");
        if (!Grammar.SHELLS.contains(shell)) {
            throw new UsageException(
                    "there is completion for " + String.join(" and ", Grammar.SHELLS) + ", not for '" + shell + "'");
        }
        // One script serves both: under zsh it switches on zsh's support for the completions of bash.
        out.print(AutoComplete.bash("quiver", commands));
    }
}
