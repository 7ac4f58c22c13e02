package dev.quiver.scheduler;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.barrier.BarrierSettings;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.handover.HandoverSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of what the scheduler may do beyond running stages; each is declared beside the code it steers.
 *
 * @param exclusion   which executors get no more tasks after failures
 * @param pools       how jobs share the slots
 * @param speculation which running tasks are tried a second time
 * @param allocation  how the number of executors follows the work
 * @param handover    what an executor that leaves hands over
 * @param barrier     how long barrier stages wait
 * @param resultBytes most bytes of results a job may bring to the driver
 */
public record SchedulerPolicies(
        ExclusionSettings exclusion,
        PoolSettings pools,
        SpeculationSettings speculation,
        AllocationSettings allocation,
        HandoverSettings handover,
        BarrierSettings barrier,
        long resultBytes) {
    public static final ConfigKey<Bytes> MAX_RESULT_SIZE = ConfigKey.bytes("driver.maxResultSize", Bytes.gibi(1))
            .doc("Most bytes of task results one job may bring to the driver; a job that would exceed it fails.");

    /** What the keys say when nobody sets them. */
    public static final SchedulerPolicies DEFAULTS = new SchedulerPolicies(
            ExclusionSettings.DEFAULTS,
            PoolSettings.DEFAULTS,
            SpeculationSettings.DEFAULTS,
            AllocationSettings.DEFAULTS,
            HandoverSettings.DEFAULTS,
            BarrierSettings.DEFAULTS,
            MAX_RESULT_SIZE.defaultValue().value());

    /** The same with other exclusions. */
    public SchedulerPolicies with(ExclusionSettings other) {
        return new SchedulerPolicies(other, pools, speculation, allocation, handover, barrier, resultBytes);
    }

    /** The same with other pools. */
    public SchedulerPolicies with(PoolSettings other) {
        return new SchedulerPolicies(exclusion, other, speculation, allocation, handover, barrier, resultBytes);
    }

    /** The same with other speculation. */
    public SchedulerPolicies with(SpeculationSettings other) {
        return new SchedulerPolicies(exclusion, pools, other, allocation, handover, barrier, resultBytes);
    }

    /** The same with other allocation. */
    public SchedulerPolicies with(AllocationSettings other) {
        return new SchedulerPolicies(exclusion, pools, speculation, other, handover, barrier, resultBytes);
    }

    /** The same with another handover. */
    public SchedulerPolicies with(HandoverSettings other) {
        return new SchedulerPolicies(exclusion, pools, speculation, allocation, other, barrier, resultBytes);
    }

    /** The same with other waits of barrier stages. */
    public SchedulerPolicies with(BarrierSettings other) {
        return new SchedulerPolicies(exclusion, pools, speculation, allocation, handover, other, resultBytes);
    }

    /** The same with room for so many bytes of results. */
    public SchedulerPolicies withResultBytes(long most) {
        return new SchedulerPolicies(exclusion, pools, speculation, allocation, handover, barrier, most);
    }

    static List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(ExclusionSettings.keys());
        keys.addAll(PoolSettings.keys());
        keys.addAll(SpeculationSettings.keys());
        keys.addAll(AllocationSettings.keys());
        keys.addAll(HandoverSettings.keys());
        keys.addAll(BarrierSettings.keys());
        keys.add(MAX_RESULT_SIZE);
        return keys;
    }

    static SchedulerPolicies of(Config config) {
        return new SchedulerPolicies(
                ExclusionSettings.of(config),
                PoolSettings.of(config),
                SpeculationSettings.of(config),
                AllocationSettings.of(config),
                HandoverSettings.of(config),
                BarrierSettings.of(config),
                config.get(MAX_RESULT_SIZE).value());
    }
}
