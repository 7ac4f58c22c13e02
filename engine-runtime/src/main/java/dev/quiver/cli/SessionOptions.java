package dev.quiver.cli;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that become settings of the session. */
final class SessionOptions {
    private static final String MASTER = "--master";
    private static final String NAME = "--name";
    private static final String CONF = "--conf";
    private static final String PROPERTIES_FILE = "--properties-file";
    private static final String DRIVER_MEMORY = "--driver-memory";
    private static final String EXECUTOR_MEMORY = "--executor-memory";
    private static final String EXECUTOR_CORES = "--executor-cores";
    private static final String NUM_EXECUTORS = "--num-executors";
    private static final String CHAOS = "--chaos";

    private static final String WINS = " Wins over the number in local-cluster[…].";

    private SessionOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(text(MASTER, "MASTER")
                .completionCandidates(Masters.FORMS_TO_COMPLETE)
                .description("Where tasks run: local (one at a time), local[N] (N threads), local[*] (a thread per"
                        + " processor, the default), local-cluster[N,C,M] (N processes of C slots and M MiB).")
                .build());
        spec.addOption(
                text(NAME, "NAME").description("Name of the application.").build());
        spec.addOption(OptionSpec.builder("-c", CONF)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel("KEY=VALUE")
                .description("One setting; may be repeated. docs/configuration.md lists them.")
                .build());
        spec.addOption(file(PROPERTIES_FILE, "FILE")
                .description("Settings, one 'key value' or 'key=value' a line.")
                .build());
        spec.addOption(text(DRIVER_MEMORY, "SIZE")
                .description("Heap of this process: 512m, 2g; a plain number counts MiB.")
                .build());
        spec.addOption(text(EXECUTOR_MEMORY, "SIZE")
                .description("Memory of each executor: 512m, 2g; a plain number counts MiB." + WINS)
                .build());
        spec.addOption(text(EXECUTOR_CORES, "N")
                .description("Tasks that each executor runs at a time." + WINS)
                .build());
        spec.addOption(text(NUM_EXECUTORS, "N").description("Executors." + WINS).build());
        spec.addOption(text(CHAOS, "SEED")
                .description(
                        "Make faults on purpose, to see that the job survives them: kill and freeze executors, delay,"
                                + " repeat and break what they say, fail writes. A number says which, and the same number"
                                + " means the same faults. For local-cluster[…]; under local[…] tasks begin late.")
                .build());
    }

    static OptionSpec.Builder text(String name, String label) {
        return OptionSpec.builder(name).type(String.class).arity("1").paramLabel(label);
    }

    static OptionSpec.Builder file(String name, String label) {
        return OptionSpec.builder(name).type(File.class).arity("1").paramLabel(label);
    }

    /**
     * What the options and the properties file say, options first.
     *
     * @throws UsageException naming the option that does not parse, or the file that cannot be read
     */
    static LaunchSettings read(ParseResult line) {
        Map<String, String> config = new TreeMap<>();
        File file = line.matchedOptionValue(PROPERTIES_FILE, null);
        if (file != null) {
            config.putAll(PropertiesFile.read(Path.of(file.getPath())));
        }
        List<String> settings = line.matchedOptionValue(CONF, List.<String>of());
        putAll(config, settings);
        size(line, DRIVER_MEMORY);
        String memory = size(line, EXECUTOR_MEMORY);
        if (memory != null) {
            config.put("quiver.executor.memory", memory);
        }
        putCount(config, "quiver.executor.cores", line, EXECUTOR_CORES);
        putCount(config, "quiver.executor.instances", line, NUM_EXECUTORS);
        putSeed(config, line);
        InliningRun.addTo(config);
        String master = line.matchedOptionValue(MASTER, null);
        String name = line.matchedOptionValue(NAME, null);
        return new LaunchSettings(master, name, config);
    }

    /** The heap of the driver, where the command line names it. */
    static Optional<Bytes> driverMemory(ParseResult line) {
        return Optional.ofNullable(size(line, DRIVER_MEMORY)).map(text -> Bytes.parse(text, Bytes.mebi(1)));
    }

    private static void putAll(Map<String, String> config, List<String> settings) {
        List<String> malformed = new ArrayList<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                malformed.add("'" + setting + "'");
            } else {
                config.put(
                        setting.substring(0, equals).trim(),
                        setting.substring(equals + 1).trim());
            }
        }
        if (!malformed.isEmpty()) {
            throw new UsageException(CONF + " takes key=value, for example " + CONF
                    + " quiver.default.parallelism=8, not " + String.join(" and ", malformed));
        }
    }

    private static String size(ParseResult line, String option) {
        String text = line.matchedOptionValue(option, null);
        if (text == null) {
            return null;
        }
        try {
            Bytes size = Bytes.parse(text, Bytes.mebi(1));
            if (size.value() == 0) {
                throw new UsageException(option + " must be more than 0");
            }
            return size.toString();
        } catch (IllegalArgumentException malformed) {
            throw new UsageException(option + ": " + malformed.getMessage(), malformed);
        }
    }

    private static void putSeed(Map<String, String> config, ParseResult line) {
        String seed = line.matchedOptionValue(CHAOS, null);
        if (seed == null) {
            return;
        }
        if (!seed.matches("-?[0-9]{1,18}")) {
            throw new UsageException(CHAOS + " takes a whole number, not '" + seed + "'");
        }
        config.put("quiver.chaos.seed", seed);
    }

    private static void putCount(Map<String, String> config, String key, ParseResult line, String option) {
        String text = line.matchedOptionValue(option, null);
        if (text == null) {
            return;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new UsageException(option + " takes a whole number from 1 on, not '" + text + "'");
        }
        config.put(key, text);
    }
}
