package dev.quiver.cli;

import java.io.File;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Which commands, options and arguments there are. Written out instead of annotated, because reading annotations
 * takes longer at every start than everything else the command line does.
 */
final class Grammar {
    static final String SUBMIT = "submit";
    static final String RUN = "run";
    static final String BENCH = "bench";
    static final String IMAGE = "image";
    static final String COMPLETION = "completion";
    static final String HELP = "help";
    static final List<String> COMMANDS = List.of(SUBMIT, RUN, BENCH, IMAGE, COMPLETION, HELP);
    static final List<String> SHELLS = List.of("bash", "zsh");

    private static final String VERBOSE = "--verbose";

    private Grammar() {}

    /** @param workloads asked for only where the command line is completed or explained */
    static CommandSpec quiver(ExampleIndex examples, Iterable<String> workloads) {
        CommandSpec spec = command("quiver", "quiver [--help | --version] COMMAND …", "Runs Quiver applications.");
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the versions of Quiver and Java.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "'quiver COMMAND --help' explains one command.",
                        "",
                        "Environment:",
                        "  JAVA_HOME              Java to run with: 17 or later, not 25.0.0 to 25.0.2",
                        "  QUIVER_DRIVER_MEMORY   heap of this process when --driver-memory is absent: 512m, 2g",
                        "  QUIVER_LOG_LEVEL       ERROR, WARN (default), INFO, DEBUG or TRACE");
        for (CommandSpec command : List.of(submit(), run(examples), bench(workloads), image(), completion(), help())) {
            spec.addSubcommand(command.name(), command);
        }
        return spec;
    }

    static boolean isVerbose(ParseResult command) {
        return command.commandSpec().optionsMap().containsKey(VERBOSE) && command.hasMatchedOption(VERBOSE);
    }

    private static CommandSpec submit() {
        CommandSpec spec = command(
                SUBMIT,
                "quiver submit [options] app.jar [arguments of the application]",
                "Runs an application from a jar.");
        spec.parser().stopAtPositional(true);
        SubmitOptions.addTo(spec);
        SessionOptions.addTo(spec);
        InliningRun.addTo(spec);
        addVerbose(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .required(true)
                .type(File.class)
                .paramLabel("app.jar")
                .description("Jar with the application. Options stand before it; what follows it is the application's.")
                .build());
        spec.addPositional(PositionalParamSpec.builder()
                .index("1..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel("arguments")
                .description("Handed to the application's main.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "What the application's code sets wins over these options, which win over --properties-file.",
                        "Exit code: the application's; 2 for wrong usage, 1 for a failed job or an uncaught exception.",
                        "",
                        "Example:",
                        "  quiver submit --master 'local-cluster[2,1,512]' --class com.acme.Words words.jar in.txt");
        return spec;
    }

    private static CommandSpec run(ExampleIndex examples) {
        CommandSpec spec = command(
                RUN,
                "quiver run EXAMPLE [arguments] [options]",
                "Runs an example by name; without a name, lists them.");
        spec.parser().unmatchedOptionsArePositionalParams(true);
        SessionOptions.addTo(spec);
        InliningRun.addTo(spec);
        addVerbose(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel("EXAMPLE")
                .completionCandidates(examples.names())
                .description("Name of an example.")
                .build());
        spec.addPositional(PositionalParamSpec.builder()
                .index("1..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(File.class)
                .converters(text -> text)
                .paramLabel("arguments")
                .description("Handed to the example. The options below may stand anywhere; after '--' nothing is one.")
                .build());
        return spec;
    }

    private static CommandSpec bench(Iterable<String> workloads) {
        CommandSpec spec = command(
                BENCH,
                "quiver bench WORKLOAD[,WORKLOAD…] [options]",
                "Measures workloads; without one, lists them. docs/benchmarks.md explains how to read the figures.");
        BenchCommand.addTo(spec, workloads);
        SessionOptions.addTo(spec);
        InliningRun.addTo(spec);
        addVerbose(spec);
        return spec;
    }

    private static CommandSpec image() {
        CommandSpec spec = command(
                IMAGE,
                "quiver image --to NAME [options]",
                "Builds the container image that pods run, without a Docker daemon.");
        ImageCommand.addTo(spec);
        addVerbose(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  quiver image --to registry.example/quiver:1",
                        "  quiver image --to quiver:1 --tar quiver.tar --base tar:java.tar");
        return spec;
    }

    private static CommandSpec completion() {
        CommandSpec spec = command(
                COMPLETION, "quiver completion bash|zsh", "Prints a script that completes commands with the Tab key.");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .paramLabel("SHELL")
                .completionCandidates(SHELLS)
                .description("bash or zsh.")
                .build());
        spec.usageMessage().footer("", "To have it in this shell:", "  source <(quiver completion bash)");
        return spec;
    }

    private static CommandSpec help() {
        CommandSpec spec = command(HELP, "quiver help [COMMAND]", "Explains a command.");
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel("COMMAND")
                .completionCandidates(COMMANDS)
                .build());
        return spec;
    }

    private static CommandSpec command(String name, String synopsis, String description) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.parser().expandAtFiles(false);
        spec.usageMessage()
                .customSynopsis(synopsis)
                .description(description, "")
                .sortOptions(false)
                .width(100)
                .commandListHeading("%nCommands:%n");
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Print this text.")
                .build());
        return spec;
    }

    private static void addVerbose(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(VERBOSE)
                .type(boolean.class)
                .arity("0")
                .description("Log what happens, and print stack traces.")
                .build());
    }
}
