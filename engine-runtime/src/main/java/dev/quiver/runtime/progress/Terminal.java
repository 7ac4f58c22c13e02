package dev.quiver.runtime.progress;

import java.io.Console;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * A person's terminal.
 *
 * @param out     where to draw
 * @param columns its width
 */
record Terminal(PrintStream out, int columns) {
    private static final int USUAL_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 20;

    /**
     * The terminal that this process talks to, or empty in a pipe, in a file, or where lines cannot be redrawn.
     *
     * @param out         the stream that reaches the terminal
     * @param console     the console, or null
     * @param environment {@code TERM} and {@code COLUMNS} are read
     */
    static Optional<Terminal> find(PrintStream out, Console console, Map<String, String> environment) {
        if (!isTerminal(console) || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
            return Optional.empty();
        }
        return Optional.of(new Terminal(out, columns(environment.get("COLUMNS"))));
    }

    static int columns(String text) {
        try {
            int columns = text == null ? USUAL_COLUMNS : Integer.parseInt(text.trim());
            return columns < FEWEST_COLUMNS ? USUAL_COLUMNS : columns;
        } catch (NumberFormatException unusable) {
            return USUAL_COLUMNS;
        }
    }

    /** From Java 22 on there may be a console without a terminal; it then says so itself. */
    private static boolean isTerminal(Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException olderJava) {
            return true;
        } catch (ReflectiveOperationException unexpected) {
            return false;
        }
    }
}
