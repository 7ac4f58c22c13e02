package dev.quiver.k8s.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.backend.ClusterBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whatever the cluster does, the allocation keeps its promises. */
class PodAllocationRandomTest {
    private static final int RUNS = 400;
    private static final int STEPS = 60;
    private static final int CALM = 200_000;
    private static final int MOST = 6;
    private static final int TICK = 1_000;

    @Test
    void neverMakesTooManyTellsEachEndOnceAndReachesTheTargetWhateverGoesWrong() {
        for (long seed = 1; seed <= RUNS; seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    private static final class Run implements ClusterBackend.Events {
        private final Random random;
        private final VirtualTime time = new VirtualTime();
        private final FakeCluster cluster;
        private final PodAllocation allocation;
        private final Set<ExecutorId> told = new TreeSet<>(FakeCluster::byNumber);
        private final Set<ExecutorId> released = new TreeSet<>(FakeCluster::byNumber);
        private String waiting = "";
        private int target;

        Run(long seed) {
            random = new Random(seed);
            cluster = new FakeCluster(time, random);
            AllocationRules rules = new AllocationRules(
                    1 + random.nextInt(MOST),
                    Duration.ofSeconds(1),
                    1 + random.nextInt(MOST),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Integer.MAX_VALUE,
                    Duration.ofHours(1));
            allocation = new PodAllocation(rules, time.clock, cluster, this, code -> false);
            cluster.trouble = random.nextInt(30);
            // A server that has never answered is given up, which is tested apart.
            allocation.listed(List.of(), time.clock.nanoTime());
            cluster.start(allocation, this::checkRoom);
            time.after(TICK, this::tick);
        }

        private void tick() {
            allocation.tick();
            time.after(TICK, this::tick);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                somethingHappens();
                time.pass(random.nextInt(5_000), () -> {});
            }
            calmDown();
            assertThat(cluster.living()).as("pods in the end").isEqualTo(target);
            assertThat(cluster.pods.values()).as("all of them take tasks").allMatch(pod -> pod.ready);
            assertThat(waiting).as("nothing is in the way").isEmpty();
            close();
        }

        private void somethingHappens() {
            switch (random.nextInt(6)) {
                case 0 -> request(random.nextInt(MOST + 1));
                case 1 -> cluster.away = cluster.happens();
                case 2 -> cluster.quota = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(MOST);
                case 3 -> anyPod().forEach(this::release);
                case 4 -> anyPod().forEach(this::lose);
                default -> request(target);
            }
        }

        private void request(int executors) {
            target = executors;
            allocation.request(executors);
        }

        private List<ExecutorId> anyPod() {
            List<ExecutorId> living = new ArrayList<>();
            cluster.pods.values().stream()
                    .filter(FakeCluster.Pod::lives)
                    .forEach(pod -> living.add(pod.state.executor()));
            return living.isEmpty() ? living : List.of(living.get(random.nextInt(living.size())));
        }

        /** The driver lets one go, as when it is idle or has lost its connection. */
        private void release(ExecutorId executor) {
            released.add(executor);
            allocation.remove(executor);
        }

        private void lose(ExecutorId executor) {
            switch (random.nextInt(4)) {
                case 0 -> cluster.end(executor);
                case 1 -> cluster.vanish(executor);
                case 2 -> cluster.fail(executor, "Evicted", 137);
                default -> cluster.fail(executor, "", 1);
            }
        }

        /** Nothing goes wrong any more. Executors beyond the target are let go, as a driver does with idle ones. */
        private void calmDown() {
            cluster.trouble = 0;
            cluster.away = false;
            cluster.quota = Integer.MAX_VALUE;
            time.pass(CALM, () -> {});
            for (List<ExecutorId> spare = anyPod(); cluster.living() > target; spare = anyPod()) {
                spare.forEach(this::release);
                time.pass(10_000, () -> {});
            }
            time.pass(CALM, () -> {});
        }

        private void close() {
            Set<ExecutorId> left = new TreeSet<>(FakeCluster::byNumber);
            left.addAll(allocation.close());
            left.addAll(cluster.doomed);
            assertThat(left).as("what is to be deleted").containsAll(cluster.pods.keySet());
            allocation.request(MOST);
            time.pass(CALM, () -> {});
            assertThat(cluster.inFlight).as("asked for after the end").isEmpty();
        }

        private void checkRoom() {
            assertThat(cluster.wanted()).as("pods that may live at once").isLessThanOrEqualTo(target);
        }

        @Override
        public void onExecutorEnded(ExecutorId executor, String reason, boolean causedByTask) {
            assertThat(told.add(executor)).as(executor + " ended once").isTrue();
            assertThat(released).as("released executors are no news").doesNotContain(executor);
            FakeCluster.Pod pod = cluster.pods.get(executor);
            boolean late = reason.contains("did not start within");
            assertThat(pod == null || !pod.lives() || late)
                    .as(executor + " is told to have ended, yet it lives: " + reason)
                    .isTrue();
        }

        @Override
        public void onExecutorLeaving(ExecutorId executor, String reason) {
            assertThat(told).as("leaving after its end").doesNotContain(executor);
        }

        @Override
        public void onWaiting(String reason) {
            waiting = reason;
        }

        @Override
        public void onGaveUp(String reason) {
            throw new AssertionError("gave up: " + reason);
        }
    }
}
