package dev.quiver.runtime.chaos;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.List;

/** Which faults a session makes on purpose: none, unless one of these settings is given. */
public final class ChaosSettings {
    public static final ConfigKey<String> SEED = ConfigKey.text("chaos.seed", "")
            .check(value -> value.isEmpty() || isNumber(value), "be a whole number")
            .doc("Makes faults on purpose while jobs run, to see that they survive them: processes are killed and"
                    + " frozen, messages come late and twice, connections break, writes fail, tasks begin late."
                    + " Which ones, and when, follows from this number alone. Faults are told on standard error as"
                    + " they take effect, and counted at the end. For local masters; under local[…] only tasks"
                    + " begin late, and writes fail where a task may fail more than once. Empty means none. Set by"
                    + " --chaos.");
    public static final ConfigKey<String> PLAN = ConfigKey.text("chaos.plan", "")
            .doc("The faults themselves instead of a seed, as a session with a seed prints them: to repeat a part of"
                    + " them. WHERE WHAT NUMBER DEED, separated by semicolons, such as 'driver ends 12 kill"
                    + " executor-1; executors task 2 late 100ms'; docs/reliability.md says what there is.");
    public static final ConfigKey<String> LOG = ConfigKey.text("chaos.log", "")
            .doc("The file into which every process of the session writes the faults that took effect, one a line."
                    + " Empty means one in the session's working folder, which goes with it.");

    private ChaosSettings() {}

    /** Every key of this package. */
    public static List<ConfigKey<?>> keys() {
        return List.of(SEED, PLAN, LOG);
    }

    private static boolean isNumber(String text) {
        try {
            Long.parseLong(text.trim());
            return true;
        } catch (NumberFormatException other) {
            return false;
        }
    }

    /** Whether a session makes faults. */
    public static boolean isOn(Config config) {
        return !config.get(SEED).isBlank() || !config.get(PLAN).isBlank();
    }

    static List<Fault> plan(Config config) {
        return FaultText.parse(config.get(PLAN));
    }

    /**
     * A session's settings with the plan of its seed, if it has one.
     *
     * @param executors how many processes there will be
     */
    public static Config planned(Config config, int executors) {
        if (config.get(SEED).isBlank() || !config.get(PLAN).isBlank()) {
            plan(config);
            return config;
        }
        long seed = Long.parseLong(config.get(SEED).trim());
        return config.with(PLAN, FaultText.print(RandomPlan.acrossProcesses(seed, executors)));
    }

    /**
     * The same for a session in one process, where nothing can be killed and no message gets lost.
     *
     * @param mayFail whether a task that fails is tried again
     * @throws UsageException when the plan needs processes
     */
    public static Config plannedInOneProcess(Config config, String master, boolean mayFail) {
        if (!config.get(PLAN).isBlank()) {
            for (Fault fault : plan(config)) {
                if (fault.isToAProcess() || fault.isOnTheWire()) {
                    throw new UsageException("the fault '" + fault + "' needs processes, which master '" + master
                            + "' does not have; use local-cluster[N,C,M], or faults of 'task' and 'write' alone");
                }
            }
            return config;
        }
        if (config.get(SEED).isBlank()) {
            return config;
        }
        long seed = Long.parseLong(config.get(SEED).trim());
        return config.with(PLAN, FaultText.print(RandomPlan.inOneProcess(seed, mayFail)));
    }

    /** @throws UsageException when faults are wanted, which only masters of this machine make */
    public static void requireOff(Config config, String master) {
        if (isOn(config)) {
            throw new UsageException("faults on purpose (" + SEED.name() + ", " + PLAN.name() + ", --chaos) are made"
                    + " under local masters, not under '" + master + "'; use local-cluster[N,C,M]");
        }
    }
}
