package dev.quiver.cli;

import dev.quiver.SessionDefaults;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.engine.Engine;
import dev.quiver.engine.EngineProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * One command line run in this process, and what came of it.
 *
 * @param code exit code
 * @param out  standard output
 * @param err  standard error
 */
record CommandLineRun(int code, String out, String err) {
    /** The master that exists in these tests. */
    static final EngineProvider LOCAL = new EngineProvider() {
        @Override
        public boolean accepts(String master) {
            return master.startsWith("local");
        }

        @Override
        public String forms() {
            return "local[N], local-cluster[N,C,M]";
        }

        @Override
        public Collection<ConfigKey<?>> keys() {
            return List.of();
        }

        @Override
        public Engine start(String master, Config config) {
            throw new AssertionError("no test starts this engine");
        }
    };

    static CommandLineRun of(String... args) {
        return on(CommandLineRun.class.getClassLoader(), args);
    }

    /** Runs with another class path, as one with examples. */
    static CommandLineRun on(ClassLoader classPath, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Quiver quiver = new Quiver(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Masters(List.of(LOCAL)),
                classPath);
        try {
            int code = quiver.run(args);
            return new CommandLineRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            SessionDefaults.clear();
            System.clearProperty("quiver.log.level");
        }
    }
}
