package dev.quiver.examples;

import dev.quiver.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A command line taken apart: {@code --name value} or {@code --name=value} anywhere, and the rest in order. */
final class Arguments {
    private final String usage;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> rest = new ArrayList<>();

    /**
     * @param usage   what the error messages show, such as {@code wordcount [FILE...] [--top N]}
     * @param allowed the names of the options, with their dashes
     * @throws UsageException for an option that is not allowed, or that has no value
     */
    Arguments(String usage, Set<String> allowed, String... arguments) {
        this.usage = usage;
        for (int index = 0; index < arguments.length; index++) {
            String argument = arguments[index];
            if (!argument.startsWith("--")) {
                rest.add(argument);
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (!allowed.contains(name)) {
                throw wrong("there is no option " + name);
            }
            if (equals >= 0) {
                options.put(name, argument.substring(equals + 1));
            } else if (index + 1 < arguments.length) {
                options.put(name, arguments[++index]);
            } else {
                throw wrong(name + " needs a value");
            }
        }
    }

    /** The arguments that are no options; more than {@code most} are refused. */
    List<String> rest(int least, int most) {
        if (rest.size() < least) {
            throw wrong("something is missing");
        }
        if (rest.size() > most) {
            throw wrong("'" + rest.get(most) + "' is one argument too many");
        }
        return rest;
    }

    String text(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    /** A whole number that is at least {@code least}. */
    long number(String name, long otherwise, long least) {
        String given = options.get(name);
        return given == null ? otherwise : number(name, given, least, Long.MAX_VALUE);
    }

    /** A whole number from {@code least} on, small enough to count partitions or rounds. */
    int count(String name, int otherwise, int least) {
        String given = options.get(name);
        return given == null ? otherwise : (int) number(name, given, least, Integer.MAX_VALUE);
    }

    /** Reads {@code given}, which is what the user wrote for {@code what}. */
    long number(String what, String given, long least, long most) {
        try {
            long value = Long.parseLong(given.replace("_", ""));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, like a number out of range.
        }
        String range = most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                ? least == Long.MIN_VALUE ? "" : " of at least " + least
                : " from " + least + " to " + most;
        throw wrong(what + " must be a whole number" + range + ", not '" + given + "'");
    }

    /** Wrong usage, in one line. */
    UsageException wrong(String what) {
        return new UsageException(what + "; usage: " + usage);
    }
}
