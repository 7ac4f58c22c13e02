package dev.quiver.k8s.pod;

import dev.quiver.id.ExecutorId;
import java.util.Map;
import java.util.TreeMap;

/** How the engine's own objects are told from others, and those of one application from those of another. */
public final class Labels {
    public static final String APPLICATION = "quiver.dev/application";
    public static final String ROLE = "quiver.dev/role";
    public static final String EXECUTOR = "quiver.dev/executor";

    /** Of all that a submission in cluster mode made. */
    public static final String SUBMISSION = "quiver.dev/submission";

    public static final String EXECUTOR_ROLE = "executor";
    public static final String DRIVER_ROLE = "driver";

    private Labels() {}

    /** What all executor pods of an application have. */
    public static Map<String, String> executors(String application) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(APPLICATION, application);
        labels.put(ROLE, EXECUTOR_ROLE);
        return labels;
    }

    /** What the pod of one executor has. */
    static Map<String, String> executor(String application, ExecutorId executor) {
        Map<String, String> labels = executors(application);
        labels.put(EXECUTOR, executor.name());
        return labels;
    }
}
