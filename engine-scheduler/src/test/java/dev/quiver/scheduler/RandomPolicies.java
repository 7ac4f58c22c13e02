package dev.quiver.scheduler;

import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.handover.HandoverSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.scheduler.pool.PoolSettings.Definition;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/** Which of the scheduler's policies a simulated run has, and how eager they are. */
final class RandomPolicies {
    static final String[] POOLS = {"default", "heavy", "sure", "fair"};

    private RandomPolicies() {}

    static SchedulerPolicies of(Random random) {
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
                .withResultBytes(random.nextInt(10) == 0 ? random.nextInt(1_000) : Long.MAX_VALUE);
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
