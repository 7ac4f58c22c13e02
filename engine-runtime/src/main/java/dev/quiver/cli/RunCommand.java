package dev.quiver.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs an example by its name; without a name, lists them. */
final class RunCommand {
    private final Masters masters;
    private final ClassLoader classPath;
    private final ExampleIndex examples;
    private final PrintStream out;

    RunCommand(Masters masters, ClassLoader classPath, ExampleIndex examples, PrintStream out) {
        this.masters = masters;
        this.classPath = classPath;
        this.examples = examples;
        this.out = out;
    }

    void run(ParseResult line) throws Throwable {
        String name = line.matchedPositionalValue(0, null);
        if (name == null) {
            list();
            return;
        }
        if (name.startsWith("-")) {
            String option = name.replaceFirst("=.*", "");
            throw new ParameterException(
                    line.commandSpec().commandLine(),
                    "unknown option '" + name + "'"
                            + Nearest.question(Nearest.to(
                                    option, line.commandSpec().optionsMap().keySet())));
        }
        Example example = examples.require(name);
        LaunchSettings settings = SessionOptions.read(line);
        masters.check(settings.effectiveMaster());
        if (!masters.shareClassPath(settings.effectiveMaster())) {
            settings = settings.shipping(JarOnClassPath.holding(example.mainClass(), classPath));
        }
        settings.install();
        UserMain.load(
                        example.mainClass(),
                        classPath,
                        missing -> " on the class path, though the index of the examples"
                                + " names it; build the examples again")
                .run(line.matchedPositionalValue(1, List.<String>of()));
    }

    private void list() {
        int width = examples.names().stream().mapToInt(String::length).max().orElse(1);
        out.println(examples.names().isEmpty() ? "No examples are installed." : "Examples, for 'quiver run NAME':");
        for (Example example : examples.all()) {
            out.printf("  %-" + width + "s  %s%n", example.name(), example.description());
        }
    }
}
