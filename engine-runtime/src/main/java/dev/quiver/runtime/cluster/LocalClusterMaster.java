package dev.quiver.runtime.cluster;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A master of the form {@code local-cluster[N,C,M]}.
 *
 * @param executors how many processes
 * @param slots     tasks each runs at once
 * @param memory    heap of each
 */
record LocalClusterMaster(int executors, int slots, Bytes memory) {
    static final String FORM = "local-cluster[N,C,M]";

    private static final int LEAST_MEBIBYTES = 64;
    private static final Pattern PATTERN =
            Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+\\s*[a-zA-Z]*)\\s*]");

    /**
     * Reads a master.
     *
     * @throws UsageException naming the text and what is wrong with it
     */
    static LocalClusterMaster parse(String master) {
        Matcher matcher = PATTERN.matcher(master);
        if (!matcher.matches()) {
            throw malformed(master, "it does not have three numbers in brackets");
        }
        try {
            LocalClusterMaster parsed = new LocalClusterMaster(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Bytes.parse(matcher.group(3), Bytes.mebi(1)));
            if (parsed.executors < 1 || parsed.slots < 1) {
                throw malformed(master, "N and C are at least 1");
            }
            if (parsed.memory.compareTo(Bytes.mebi(LEAST_MEBIBYTES)) < 0) {
                throw malformed(master, "an executor needs at least " + LEAST_MEBIBYTES + " MiB");
            }
            return parsed;
        } catch (IllegalArgumentException unreadable) {
            throw malformed(master, unreadable.getMessage());
        }
    }

    private static UsageException malformed(String master, String why) {
        return new UsageException("master '" + master + "' is malformed: " + why + "; write " + FORM
                + " for N executor processes of C slots and M MiB, for example local-cluster[2,1,512]");
    }
}
