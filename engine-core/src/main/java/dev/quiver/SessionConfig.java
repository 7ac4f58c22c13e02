package dev.quiver;

import dev.quiver.config.Bytes;
import dev.quiver.config.ConfigKey;
import java.util.List;

/** The settings that the API itself reads; an engine adds its own. */
public final class SessionConfig {
    public static final ConfigKey<String> APP_NAME = ConfigKey.text("app.name", "")
            .doc("Name of the application, as shown in logs. By default the class that built the session.");

    public static final ConfigKey<String> MASTER = ConfigKey.text("master", "local[*]")
            .doc("Where tasks run: in this process, in processes of this machine, or on a cluster.");

    public static final ConfigKey<Integer> DEFAULT_PARALLELISM = ConfigKey.integer("default.parallelism", 0)
            .doc("Partitions of a dataset when nobody says. 0: the slots of the master, and for shuffles as many as the"
                    + " widest input has. More spreads work better, fewer costs less per stage.")
            .check(count -> count >= 0, "be 0 or more");

    public static final ConfigKey<Bytes> MAX_PARTITION_BYTES = ConfigKey.bytes(
                    "files.maxPartitionBytes", Bytes.mebi(32))
            .doc("Largest split of a text file. Smaller gives more, shorter tasks; larger costs less per byte.")
            .check(size -> size.value() > 0, "be more than 0");

    public static final ConfigKey<Integer> LIMIT_INITIAL_PARTITIONS = ConfigKey.integer(
                    "rdd.limit.initialNumPartitions", 1)
            .doc("Partitions that take(n) looks at first. More finds rows sooner when many partitions are empty.")
            .check(count -> count > 0, "be 1 or more");

    public static final ConfigKey<Integer> LIMIT_SCALE_UP_FACTOR = ConfigKey.integer("rdd.limit.scaleUpFactor", 4)
            .doc("How many times more partitions each further round of take(n) may look at.")
            .check(factor -> factor > 1, "be 2 or more");

    public static final ConfigKey<String> CHECKPOINT_DIR = ConfigKey.text("checkpoint.dir", "")
            .doc("Folder for checkpoints, on a disk that driver and executors share; Dataset.checkpoint() needs it."
                    + " Each application has a folder of its own in it, which outlives the application.");

    public static final ConfigKey<Boolean> CHECKPOINT_CLEAN = ConfigKey.flag("checkpoint.cleanUnreachable", false)
            .doc("Whether the files of a checkpoint are removed when the driver can reach its dataset no more. By"
                    + " default they stay until somebody removes them.");

    private SessionConfig() {}

    /** All of them. */
    public static List<ConfigKey<?>> keys() {
        return List.of(
                APP_NAME,
                MASTER,
                DEFAULT_PARALLELISM,
                MAX_PARTITION_BYTES,
                LIMIT_INITIAL_PARTITIONS,
                LIMIT_SCALE_UP_FACTOR,
                CHECKPOINT_DIR,
                CHECKPOINT_CLEAN);
    }
}
