package dev.quiver.runtime.simulation;

import java.util.List;
import java.util.Random;

/** All that a seed decides: settings, cluster, what the user does, and what goes wrong when. */
final class Scenario {
    private static final long SECOND = 1_000_000_000L;

    final long seed;
    final Knobs knobs;
    final Workload workload;
    final int executors;
    final int hosts;

    /** When everything that is broken is mended. */
    final long healNanos;

    /** Whether all of it is about rows that change: they meet more of what can go wrong then. */
    final boolean onContent;

    /** One running task of so many does not hear that it is to stop. */
    final int deafOneIn;

    /** Whether messages between processes are encoded and decoded on their way. */
    final boolean onTheWire;

    final List<Fault> faults;

    Scenario(long seed) {
        this.seed = seed;
        Random random = new Random(Chance.mix(seed));
        knobs = Knobs.draw(random);
        executors = 1 + random.nextInt(random.nextInt(4) == 0 ? 12 : 5);
        hosts = 1 + random.nextInt(4);
        onTheWire = random.nextInt(16) == 0;
        healNanos = 5 * SECOND + (long) (random.nextDouble() * random.nextDouble() * 115 * SECOND);
        onContent = random.nextInt(4) == 0;
        deafOneIn = onContent ? 2 : 5;
        workload = new Workload(random, healNanos * 3 / 4, onContent);
        faults = Fault.draw(random, healNanos, workload, onContent ? FaultKind.LOSSES : FaultKind.ALL);
    }
}
