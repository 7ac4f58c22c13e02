package dev.quiver.runtime.protocol;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The messages of {@link MessageType} under names that a person can write. */
public final class MessageNames {
    private static final Map<String, Integer> TYPES = new TreeMap<>(Map.ofEntries(
            Map.entry("cancel-stage", MessageType.CANCEL_STAGE),
            Map.entry("cancel-task", MessageType.CANCEL_TASK),
            Map.entry("install-program", MessageType.INSTALL_PROGRAM),
            Map.entry("launch-tasks", MessageType.LAUNCH_TASKS),
            Map.entry("remove-shuffle", MessageType.REMOVE_SHUFFLE),
            Map.entry("copy-block", MessageType.COPY_BLOCK),
            Map.entry("heartbeat", MessageType.HEARTBEAT),
            Map.entry("ready", MessageType.READY),
            Map.entry("report", MessageType.REPORT),
            Map.entry("register", MessageType.REGISTER),
            Map.entry("locate-shuffle", MessageType.LOCATE_SHUFFLE),
            Map.entry("locate-block", MessageType.LOCATE_BLOCK),
            Map.entry("locate-executor", MessageType.LOCATE_EXECUTOR),
            Map.entry("request-commit", MessageType.REQUEST_COMMIT),
            Map.entry("describe-broadcast", MessageType.DESCRIBE_BROADCAST),
            Map.entry("next-chunk", MessageType.NEXT_CHUNK),
            Map.entry("fetch-shuffle", MessageType.FETCH_SHUFFLE),
            Map.entry("fetch-block", MessageType.FETCH_BLOCK),
            Map.entry("fetch-artifact", MessageType.FETCH_ARTIFACT)));

    private MessageNames() {}

    /** The type number of a name, if there is such a message. */
    public static OptionalInt type(String name) {
        Integer type = TYPES.get(name);
        return type == null ? OptionalInt.empty() : OptionalInt.of(type);
    }

    /** Every name. */
    public static List<String> all() {
        return List.copyOf(TYPES.keySet());
    }
}
