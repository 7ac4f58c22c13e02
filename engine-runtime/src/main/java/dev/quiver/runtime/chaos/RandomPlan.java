package dev.quiver.runtime.chaos;

import dev.quiver.rpc.FrameFaults.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed means: always the same faults for as many executors. They grow rarer, so that every job comes to its end, and
 * they stay below what a job may take: an executor is frozen for less than {@code quiver.network.timeout}, and no process
 * fails more than one write.
 */
final class RandomPlan {
    private static final int PROCESS_FAULTS = 10;
    private static final double RARER = 1.7;
    private static final int FRAME_FAULTS = 8;
    private static final int LATE_TASKS = 3;

    private final SplittableRandom random;
    private final int executors;
    private final List<Fault> plan = new ArrayList<>();

    private RandomPlan(long seed, int executors) {
        this.random = new SplittableRandom(seed);
        this.executors = executors;
    }

    static List<Fault> acrossProcesses(long seed, int executors) {
        RandomPlan drawn = new RandomPlan(seed, executors);
        // Takes effect in every job, however short it is.
        drawn.add(Fault.EXECUTORS, Fault.TASK, 1, drawn.late(20, 200));
        drawn.toProcesses();
        drawn.onTheWire();
        drawn.onDisk();
        for (int task = 0; task < LATE_TASKS; task++) {
            drawn.add(drawn.executor(), Fault.TASK, drawn.between(2, 30), drawn.late(50, 500));
        }
        return List.copyOf(drawn.plan);
    }

    static List<Fault> inOneProcess(long seed, boolean mayFail) {
        RandomPlan drawn = new RandomPlan(seed, 0);
        drawn.add(Fault.DRIVER, Fault.TASK, 1, drawn.late(20, 200));
        for (int task = 0; task < LATE_TASKS; task++) {
            drawn.add(Fault.DRIVER, Fault.TASK, drawn.between(2, 30), drawn.late(50, 500));
        }
        if (mayFail) {
            drawn.add(Fault.DRIVER, Fault.WRITE, drawn.between(1, 20), new Deed.FailsWrite());
        }
        return List.copyOf(drawn.plan);
    }

    /** Some by the progress of the work, others by the time, since nobody knows how long the work takes. */
    private void toProcesses() {
        double ends = between(2, 6);
        double millis = between(300, 1500);
        for (int fault = 0; fault < PROCESS_FAULTS; fault++) {
            Deed deed = random.nextInt(3) < 2
                    ? new Deed.Kill(executor())
                    : new Deed.Freeze(executor(), Duration.ofMillis(between(200, 2000)));
            if (fault % 2 == 0) {
                add(Fault.DRIVER, Fault.ENDS, (int) ends, deed);
                ends = ends * RARER + between(1, 8);
            } else {
                add(Fault.DRIVER, Fault.MILLIS, (int) millis, deed);
                millis = millis * RARER + between(200, 1000);
            }
        }
    }

    private void onTheWire() {
        for (int fault = 0; fault < FRAME_FAULTS; fault++) {
            int number = between(1, 12);
            switch (random.nextInt(12)) {
                case 0 -> add(Fault.DRIVER, "told:report", number, new Deed.ToFrame(Fate.COMES_TWICE));
                case 1 -> add(Fault.DRIVER, "told:report", number, late(50, 800));
                case 2 -> add(Fault.EXECUTORS, "told:launch-tasks", number, new Deed.ToFrame(Fate.COMES_TWICE));
                case 3 -> add(executor(), "told:launch-tasks", number, late(50, 500));
                case 4 -> add(Fault.DRIVER, "asked:locate-shuffle", number, new Deed.ToFrame(Fate.COMES_TWICE));
                case 5 -> add(executor(), "answered:locate-shuffle", number, late(50, 500));
                case 6 ->
                    plan.add(new Fault(
                            executor(), "chunk", Fault.EXECUTORS, number, new Deed.ToFrame(Fate.RESET_BEFORE)));
                case 7 -> add(Fault.DRIVER, "told:report", number, cut());
                case 8 -> add(Fault.DRIVER, "told:heartbeat", number, late(200, 2000));
                case 9 -> add(Fault.DRIVER, "told:report", number, new Deed.ToFrame(Fate.IS_LOST));
                case 10 -> add(Fault.DRIVER, "told:report", number, new Deed.ToFrame(Fate.IS_OVERTAKEN));
                default -> add(executor() + "~0", "told:launch-tasks", number, new Deed.ToFrame(Fate.RESET_BEHIND));
            }
        }
    }

    private void onDisk() {
        for (int executor = 0; executor < executors; executor++) {
            if (random.nextBoolean()) {
                add(Fault.EXECUTOR + executor + "~0", Fault.WRITE, between(1, 20), new Deed.FailsWrite());
            }
        }
    }

    private Deed late(int least, int most) {
        return new Deed.Late(Duration.ofMillis(between(least, most)));
    }

    private Deed cut() {
        int sides = random.nextInt(3);
        return new Deed.Cut(sides != 0, sides != 1, Duration.ofMillis(between(200, 2500)));
    }

    private String executor() {
        return Fault.EXECUTOR + random.nextInt(executors);
    }

    private int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private void add(String where, String what, int number, Deed deed) {
        plan.add(new Fault(where, what, "", number, deed));
    }
}
