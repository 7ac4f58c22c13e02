package dev.quiver.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands behind one door: arguments in, exit code out. */
final class Quiver {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Masters masters;
    private final ClassLoader engine;

    /**
     * @param out     what a command was asked to print
     * @param err     errors
     * @param masters the masters there are
     * @param engine  what has the engine, and the examples when they are installed
     */
    Quiver(PrintStream out, PrintStream err, Masters masters, ClassLoader engine) {
        this.out = out;
        this.err = err;
        this.masters = masters;
        this.engine = engine;
    }

    /** Runs one command and returns the exit code: 0, 1 when it failed, 2 when it was asked for wrongly. */
    int run(String... args) {
        ExampleIndex examples = ExampleIndex.on(engine);
        CommandLine commands = new CommandLine(Grammar.quiver(
                examples,
                () -> ExampleIndex.on(engine, ExampleIndex.BENCHMARKS).names().iterator()));
        boolean verbose = false;
        try {
            ParseResult line = commands.parseArgs(args);
            ParseResult command = line.hasSubcommand() ? line.subcommand() : line;
            verbose = Grammar.isVerbose(command);
            if (verbose) {
                System.getProperties().putIfAbsent("quiver.log.level", "INFO");
            }
            if (InliningRun.isWanted(command) && !command.isUsageHelpRequested()) {
                return InliningRun.run(out, args);
            }
            return dispatch(commands, command, examples);
        } catch (ParameterException misuse) {
            err.println(misuseLine(misuse));
            return MISUSED;
        } catch (Throwable failure) {
            return report(failure, verbose);
        }
    }

    private int dispatch(CommandLine commands, ParseResult command, ExampleIndex examples) throws Throwable {
        if (command.isUsageHelpRequested()) {
            command.commandSpec().commandLine().usage(out);
            return OK;
        }
        if (command.isVersionHelpRequested()) {
            out.println(VersionLine.ofThisProcess());
            return OK;
        }
        switch (command.commandSpec().name()) {
            case Grammar.SUBMIT -> {
                return new SubmitCommand(masters, engine, out, err).run(command);
            }
            case Grammar.RUN -> new RunCommand(masters, engine, examples, out).run(command);
            case Grammar.BENCH -> new BenchCommand(masters, engine, out).run(command);
            case Grammar.IMAGE -> new ImageCommand(engine).run(command);
            case Grammar.COMPLETION -> new CompletionCommand(out).run(command, commands);
            case Grammar.HELP -> help(commands, command);
            default ->
                throw new ParameterException(
                        commands, "no command is given; there are " + String.join(", ", Grammar.COMMANDS));
        }
        return OK;
    }

    private void help(CommandLine commands, ParseResult command) {
        String name = command.matchedPositionalValue(0, "");
        CommandLine subject =
                name.isEmpty() ? commands : commands.getSubcommands().get(name);
        if (subject == null) {
            throw new ParameterException(commands, unknownCommand(name));
        }
        subject.usage(out);
    }

    private int report(Throwable failure, boolean verbose) {
        if (Main.isShuttingDown()) {
            // Ctrl-C: the engine closed under the application, and that it failed then is no news.
            return FAILED;
        }
        ExitReport report = ExitReport.of(failure);
        err.println("quiver: " + report.line());
        if (verbose) {
            failure.printStackTrace(err);
        }
        return report.code();
    }

    /** One line: what was wrong, what may have been meant, and where help is. */
    private static String misuseLine(ParameterException misuse) {
        CommandSpec spec = misuse.getCommandLine().getCommandSpec();
        String message = misuse.getMessage();
        if (misuse instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            if (unmatched.isUnknownOption()) {
                List<String> near = Nearest.to(
                        word.replaceFirst("=.*", ""), spec.optionsMap().keySet());
                message = "unknown option '" + word + "'" + Nearest.question(near);
            } else if (spec.parent() == null) {
                message = unknownCommand(word);
            } else {
                message = "unexpected argument '" + word + "'";
            }
        }
        if (misuse instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            ArgSpec first = missing.getMissing().get(0);
            if (first.isPositional()) {
                message = "no " + first.paramLabel() + " is given: "
                        + spec.usageMessage().customSynopsis()[0];
            }
        }
        return "quiver: " + ExitReport.oneLine(Character.toLowerCase(message.charAt(0)) + message.substring(1))
                + " (see '" + spec.qualifiedName() + " --help')";
    }

    private static String unknownCommand(String name) {
        return "there is no command '" + name + "'" + Nearest.question(Nearest.to(name, Grammar.COMMANDS));
    }
}
