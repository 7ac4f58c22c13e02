package dev.quiver.runtime.local;

import dev.quiver.UsageException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A master of the form {@code local}, {@code local[N]}, {@code local[*]}, {@code local[N,F]} or {@code local[*,F]}.
 *
 * @param slots       tasks that run at once
 * @param maxFailures failures of one task that end its job, when the master says so
 */
record LocalMaster(int slots, OptionalInt maxFailures) {
    static final String FORMS = "local, local[N], local[*], local[N,F]";

    private static final Pattern FORM = Pattern.compile("local(?:\\[\\s*(\\d+|\\*)\\s*(?:,\\s*(\\d+)\\s*)?])?");

    /**
     * Reads a master.
     *
     * @param processors what {@code *} stands for
     * @throws UsageException naming the text and the forms there are
     */
    static LocalMaster parse(String master, int processors) {
        Matcher matcher = FORM.matcher(master);
        if (!matcher.matches()) {
            throw malformed(master);
        }
        String slots = matcher.group(1);
        try {
            int count = slots == null ? 1 : slots.equals("*") ? processors : Integer.parseInt(slots);
            OptionalInt failures =
                    matcher.group(2) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(matcher.group(2)));
            if (count < 1 || failures.orElse(1) < 1) {
                throw malformed(master);
            }
            return new LocalMaster(count, failures);
        } catch (NumberFormatException tooLarge) {
            throw malformed(master);
        }
    }

    private static UsageException malformed(String master) {
        return new UsageException("master '" + master + "' is malformed; write " + FORMS
                + ", where N is the number of slots and F how often a task may fail, both at least 1");
    }
}
