package dev.quiver.runtime.process;

import dev.quiver.config.Bytes;
import dev.quiver.config.ConfigKey;
import java.util.List;

/** What steers executor processes and the working folders of all processes. */
public final class ProcessSettings {
    public static final ConfigKey<Bytes> EXECUTOR_MEMORY = ConfigKey.mebibytes("executor.memory", Bytes.mebi(1024))
            .check(value -> value.compareTo(Bytes.mebi(64)) >= 0, "be at least 64m")
            .doc("Heap of one executor process. The master local-cluster[N,C,M] names its own; this setting wins"
                    + " when it is given.");
    public static final ConfigKey<Integer> EXECUTOR_CORES = ConfigKey.integer("executor.cores", 1)
            .check(value -> value >= 1, "be at least 1")
            .doc("Tasks one executor runs at once. The master local-cluster[N,C,M] names its own; this setting wins"
                    + " when it is given.");
    public static final ConfigKey<Integer> EXECUTOR_INSTANCES = ConfigKey.integer("executor.instances", 2)
            .check(value -> value >= 1, "be at least 1")
            .doc("How many executors there are. The master local-cluster[N,C,M] names its own; this setting wins"
                    + " when it is given.");
    public static final ConfigKey<String> EXECUTOR_JAVA_OPTIONS = ConfigKey.text("executor.extraJavaOptions", "")
            .doc("More flags for the JVM of each executor, separated by blanks.");
    public static final ConfigKey<String> LOCAL_DIR = ConfigKey.text("local.dir", "")
            .doc("Where working files go: shuffle files, cached blocks, executors' folders. Several folders,"
                    + " separated by commas, one on each disk, share them; one whose disk fails or is full gets no"
                    + " new files for quiver.local.rest. Empty means the JVM's temporary folder. Each application"
                    + " makes a private folder of its own in each and removes it.");
    public static final ConfigKey<Boolean> TLS = ConfigKey.flag("network.tls", true)
            .doc("Whether driver and executors encrypt what they say, with mutual TLS 1.3 under a certificate authority"
                    + " made for each application. With false they still prove a shared secret to one another, but"
                    + " whoever can read this machine's loopback traffic can read the data.");

    private ProcessSettings() {}

    /** Every key of this class. */
    public static List<ConfigKey<?>> keys() {
        return List.of(EXECUTOR_MEMORY, EXECUTOR_CORES, EXECUTOR_INSTANCES, EXECUTOR_JAVA_OPTIONS, LOCAL_DIR, TLS);
    }
}
