package dev.quiver.cli;

import dev.quiver.UsageException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Measures workloads of the benchmarks, which are no part of the engine; without a workload, lists them. */
final class BenchCommand {
    private static final String RUNS = "--runs";
    private static final String DATA = "--data";
    private static final String SIZE = "-D";
    private static final String MAIN_CLASS = "dev.quiver.benchmarks.Bench";

    private final Masters masters;
    private final ClassLoader classPath;
    private final PrintStream out;

    BenchCommand(Masters masters, ClassLoader classPath, PrintStream out) {
        this.masters = masters;
        this.classPath = classPath;
        this.out = out;
    }

    static void addTo(CommandSpec spec, Iterable<String> workloads) {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel("WORKLOAD")
                .completionCandidates(workloads)
                .description("Names separated by commas or spaces, or 'all'.")
                .build());
        spec.addOption(SessionOptions.text(RUNS, "N")
                .description("Runs of each workload; the first is the cold one. 5 by default.")
                .build());
        spec.addOption(SessionOptions.file(DATA, "DIR")
                .description("Folder of input files, which are made when they are missing. 'data' by default.")
                .build());
        spec.addOption(OptionSpec.builder(SIZE)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel("NAME=VALUE")
                .description("Another size than the usual: -Dn=ROWS, -Dkeys=KEYS, -Dparts=PARTITIONS, and"
                        + " the storage level of workloads that cache: -Dlevel=LEVEL.")
                .build());
    }

    void run(ParseResult line) throws Throwable {
        ExampleIndex workloads = ExampleIndex.on(classPath, ExampleIndex.BENCHMARKS);
        List<String> names = line.matchedPositionalValue(0, List.<String>of());
        if (workloads.names().isEmpty()) {
            throw new UsageException("no benchmarks are installed: benchmarks/quiver-benchmarks.jar of the distribution"
                    + " is missing");
        }
        if (names.isEmpty()) {
            out.println("Workloads, for 'quiver bench NAME,…':");
            workloads.all().forEach(each -> out.printf("  %-10s  %s%n", each.name(), each.description()));
            return;
        }
        LaunchSettings settings = SessionOptions.read(line);
        masters.check(settings.effectiveMaster());
        if (!masters.shareClassPath(settings.effectiveMaster())) {
            settings = settings.shipping(JarOnClassPath.holding(MAIN_CLASS, classPath));
        }
        settings.install();
        UserMain.load(MAIN_CLASS, classPath, missing -> " on the class path; build the benchmarks again")
                .run(arguments(line, names));
    }

    private static List<String> arguments(ParseResult line, List<String> names) {
        List<String> arguments = new ArrayList<>(names);
        for (String option : List.of(RUNS, DATA)) {
            Object value = line.matchedOptionValue(option, null);
            if (value != null) {
                arguments.addAll(List.of(option, value.toString()));
            }
        }
        List<String> sizes = line.matchedOptionValue(SIZE, List.<String>of());
        sizes.forEach(size -> arguments.add(SIZE + size));
        return arguments;
    }
}
