package dev.quiver.benchmarks;

import dev.quiver.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What to run.
 *
 * @param workloads by name, in this order
 * @param runs      of each, at least 1
 * @param sizes     how large
 */
record BenchArguments(List<String> workloads, int runs, Sizes sizes) {
    private static final String RUNS = "--runs";
    private static final String DATA = "--data";

    /** @throws UsageException naming what cannot be understood */
    static BenchArguments parse(String... args) {
        List<String> workloads = new ArrayList<>();
        Map<String, Long> given = new TreeMap<>();
        int runs = 5;
        Path data = Path.of("data");
        String level = null;
        for (int index = 0; index < args.length; index++) {
            String argument = args[index];
            if (argument.startsWith("-D")) {
                int equals = argument.indexOf('=');
                if (equals < 0) {
                    throw new UsageException("a size is -Dname=number, not '" + argument + "'");
                }
                String name = argument.substring(2, equals);
                String value = argument.substring(equals + 1);
                if (name.equals(Sizes.LEVEL)) {
                    level = value;
                } else {
                    given.put(name, number(argument, value));
                }
            } else if (argument.equals(RUNS)) {
                runs = Math.toIntExact(Math.min(Integer.MAX_VALUE, number(RUNS, value(args, ++index))));
            } else if (argument.equals(DATA)) {
                data = Path.of(value(args, ++index));
            } else if (argument.startsWith("-")) {
                throw new UsageException("bench has no option " + argument);
            } else {
                workloads.addAll(Workloads.named(argument));
            }
        }
        if (workloads.isEmpty()) {
            throw new UsageException("which workload? There are all, " + String.join(", ", Workloads.named("all")));
        }
        if (runs < 1) {
            throw new UsageException(RUNS + " must be at least 1");
        }
        return new BenchArguments(List.copyOf(workloads), runs, new Sizes(given, data, level));
    }

    private static String value(String[] args, int index) {
        if (index >= args.length) {
            throw new UsageException(args[index - 1] + " needs a value");
        }
        return args[index];
    }

    private static long number(String what, String text) {
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException noNumber) {
            throw new UsageException(what + ": '" + text + "' is not a whole number", noNumber);
        }
    }
}
