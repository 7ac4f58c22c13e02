package dev.quiver.runtime.simulation;

import dev.quiver.config.Config;
import dev.quiver.scheduler.SchedulerPolicies;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.SkewSettings;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.barrier.BarrierSettings;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.handover.HandoverSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.scheduler.pool.PoolSettings.Definition;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * The settings of a run.
 *
 * @param timeout   how long an executor may be silent
 * @param heartbeat how often it says that it lives
 */
record Knobs(SchedulerSettings scheduler, Duration timeout, Duration heartbeat) {
    static final String[] POOLS = {"default", "heavy", "sure", "fair"};

    static Knobs draw(Random random) {
        Duration timeout = Duration.ofMillis(1_000 + random.nextInt(9_000));
        SchedulerPolicies policies = policies(random);
        SchedulerSettings scheduler = new SchedulerSettings(
                policies.exclusion().enabled() ? 4 + random.nextInt(8) : 1 + random.nextInt(4),
                1 + random.nextInt(4),
                Duration.ofMillis(random.nextBoolean() ? 0 : 300),
                Duration.ofMillis(1 + random.nextInt(300)),
                new int[] {0, 3, 64}[random.nextInt(3)],
                new SkewSettings(true, 2, 100),
                policies);
        return new Knobs(scheduler, timeout, timeout.dividedBy(4 + random.nextInt(6)));
    }

    Config config() {
        return Config.of(Map.of("quiver.network.timeout", timeout.toMillis() + "ms"));
    }

    AllocationSettings allocation() {
        return scheduler.policies().allocation();
    }

    ExclusionSettings exclusion() {
        return scheduler.policies().exclusion();
    }

    private static SchedulerPolicies policies(Random random) {
        ExclusionSettings exclusion = new ExclusionSettings(
                random.nextInt(3) == 0,
                1 + random.nextInt(2),
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                1 + random.nextInt(3),
                Duration.ofMillis(1 + random.nextInt(10_000)),
                Duration.ofMillis(random.nextInt(3_000)));
        PoolSettings pools = new PoolSettings(
                random.nextBoolean(),
                Map.of(
                        "heavy", new Definition(1 + random.nextInt(5), 0, false),
                        "sure", new Definition(1, random.nextInt(6), random.nextBoolean()),
                        "fair", new Definition(1, 0, true)));
        SpeculationSettings speculation = new SpeculationSettings(
                random.nextBoolean(),
                Duration.ofMillis(1 + random.nextInt(200)),
                random.nextInt(6) / 10.0,
                1 + random.nextInt(3),
                Duration.ofMillis(random.nextInt(200)),
                Duration.ofMillis(random.nextInt(2) * 500));
        return SchedulerPolicies.DEFAULTS
                .with(exclusion)
                .with(pools)
                .with(speculation)
                .with(allocation(random))
                .with(new HandoverSettings(
                        random.nextInt(4) > 0,
                        random.nextBoolean(),
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        Duration.ofMillis(1 + random.nextInt(3_000))))
                .with(new BarrierSettings(
                        Duration.ofMillis(1_000 + random.nextInt(60_000)), Duration.ofMillis(random.nextInt(10_000))))
                .withResultBytes(random.nextInt(10) == 0 ? random.nextInt(400) : Long.MAX_VALUE);
    }

    private static AllocationSettings allocation(Random random) {
        int least = random.nextInt(3);
        return new AllocationSettings(
                random.nextInt(3) == 0,
                least,
                Math.max(1, least) + random.nextInt(10),
                random.nextInt(4),
                (1 + random.nextInt(10)) / 10.0,
                Duration.ofMillis(1 + random.nextInt(500)),
                Duration.ofMillis(1 + random.nextInt(500)),
                Duration.ofMillis(1 + random.nextInt(2_000)),
                Duration.ofMillis(random.nextInt(2) * 3_000),
                Duration.ofMillis(random.nextInt(2) * 3_000));
    }
}
