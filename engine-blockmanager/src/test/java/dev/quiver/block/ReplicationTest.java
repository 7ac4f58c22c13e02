package dev.quiver.block;

import static dev.quiver.block.Processes.executor;
import static dev.quiver.block.Sample.cached;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The driver's part of replication, with executors that the test plays. */
class ReplicationTest {
    /** One request that was not answered yet. */
    private record Request(ExecutorId to, BlockId block, StorageLevel level) {}

    private final BlockRegistry registry = new BlockRegistry();
    private final List<Request> requests = new ArrayList<>();
    private final Map<ExecutorId, Set<BlockId>> alive = new LinkedHashMap<>();
    private Replication replication = replication(true, 1);

    private Replication replication(boolean proactive, int maxFailures) {
        return new Replication(
                registry,
                new Replication.Limits(proactive, maxFailures),
                (to, block, level) -> requests.add(new Request(to, block, level)));
    }

    private void add(int number, String host) {
        alive.put(executor(number), new LinkedHashSet<>());
        replication.executorAdded(executor(number), host);
    }

    private void tell(ExecutorId executor, BlockId block, StorageLevel level) {
        BlockUpdate update = level == StorageLevel.NONE
                ? BlockUpdate.gone(block)
                : new BlockUpdate(block, level, true, OptionalLong.of(8), OptionalLong.empty());
        if (update.isGone()) {
            alive.get(executor).remove(block);
        } else {
            alive.get(executor).add(block);
        }
        registry.update(executor, update);
        replication.updated(executor, update);
    }

    private void lose(ExecutorId executor) {
        alive.remove(executor);
        requests.removeIf(request -> request.to().equals(executor));
        List<BlockId> held = registry.blocksOf(executor);
        registry.removeExecutor(executor);
        replication.executorLost(executor, held);
        // Who is asked for what nobody has any more finds that out.
        for (Request request : List.copyOf(requests)) {
            if (registry.holders(request.block()).isEmpty()) {
                answer(request, false);
            }
        }
    }

    private void answer(Request request, boolean well) {
        requests.remove(request);
        tell(request.to(), request.block(), well ? request.level() : StorageLevel.NONE);
    }

    @Test
    void asksOtherExecutorsForACopyOfWhatIsToBeOnSeveral() {
        add(0, "a");
        add(1, "a");
        add(2, "a");
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY);
        assertThat(requests).isEmpty();
        tell(executor(0), cached(2, 0), StorageLevel.DISK_ONLY_3);
        assertThat(requests)
                .containsExactly(
                        new Request(executor(1), cached(2, 0), StorageLevel.DISK_ONLY_3),
                        new Request(executor(2), cached(2, 0), StorageLevel.DISK_ONLY_3));
        answer(requests.get(0), true);
        answer(requests.get(0), true);
        assertThat(requests).isEmpty();
        assertThat(replication.pending()).isZero();
    }

    @Test
    void prefersAnotherHostAndThereTheExecutorWithTheFewestBlocks() {
        add(0, "a");
        add(1, "a");
        add(2, "b");
        add(3, "b");
        tell(executor(2), cached(7, 0), StorageLevel.MEMORY_ONLY);
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        assertThat(requests).extracting(Request::to).containsExactly(executor(3));
    }

    @Test
    void copiesAgainWhatALostExecutorHeldUnlessItIsToldNotTo() {
        for (boolean proactive : new boolean[] {true, false}) {
            replication = replication(proactive, 1);
            for (int number = 0; number < 3; number++) {
                add(number, "a");
            }
            tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
            answer(requests.get(0), true);
            lose(executor(0));
            assertThat(requests)
                    .extracting(Request::to)
                    .hasSize(proactive ? 1 : 0)
                    .allMatch(executor(2)::equals);
            requests.clear();
            lose(executor(1));
            lose(executor(2));
        }
    }

    @Test
    void knowsACopyThatWasMadeJustBeforeItsOriginalWasLost() {
        add(0, "a");
        add(1, "a");
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        Request made = requests.get(0);
        alive.remove(executor(0));
        List<BlockId> held = registry.blocksOf(executor(0));
        registry.removeExecutor(executor(0));
        replication.executorLost(executor(0), held);
        assertThat(replication.awaits(executor(1), cached(1, 0))).isTrue();
        add(2, "a");
        assertThat(requests).as("nobody has it to copy from").containsExactly(made);
        answer(made, true);
        assertThat(requests).extracting(Request::to).containsExactly(executor(2));
        lose(executor(1));
        assertThat(replication.pending()).isZero();
        tell(executor(2), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        add(3, "a");
        assertThat(requests).as("computed again").extracting(Request::to).containsExactly(executor(3));
    }

    @Test
    void waitsForTheNextExecutorWhenNobodyIsLeftToAsk() {
        add(0, "a");
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_AND_DISK_2);
        assertThat(requests).isEmpty();
        assertThat(replication.pending()).isEqualTo(1);
        add(1, "a");
        assertThat(requests).extracting(Request::to).containsExactly(executor(1));
    }

    @Test
    void copiesWhatALeavingExecutorHoldsToOneThatStays() {
        for (int number = 0; number < 3; number++) {
            add(number, "a");
        }
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY);
        tell(executor(0), cached(1, 1), StorageLevel.MEMORY_ONLY_2);
        answer(requests.get(0), true);
        replication.executorLeaving(executor(2));
        replication.executorLeaving(executor(0));
        assertThat(requests).extracting(Request::to).containsExactly(executor(1));
        assertThat(replication.isSpared(executor(0))).isFalse();
        answer(requests.get(0), true);
        assertThat(replication.isSpared(executor(0))).isTrue();

        tell(executor(0), cached(1, 2), StorageLevel.DISK_ONLY);
        assertThat(replication.isSpared(executor(0)))
                .as("with what its last task stored")
                .isFalse();
        answer(requests.get(0), true);
        assertThat(replication.isSpared(executor(0))).isTrue();
        lose(executor(0));
        assertThat(registry.holders(cached(1, 0))).containsExactly(executor(1));
        assertThat(registry.holders(cached(1, 2))).containsExactly(executor(1));
        assertThat(requests).isEmpty();
    }

    @Test
    void waitsForTheOnlyCopyThatIsOnItsWayThoughThereAreToBeTwo() {
        add(0, "a");
        add(1, "b");
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        replication.executorLeaving(executor(0));
        assertThat(requests).extracting(Request::to).containsExactly(executor(1));
        assertThat(replication.isSpared(executor(0))).isFalse();

        answer(requests.get(0), true);
        assertThat(replication.isSpared(executor(0))).isTrue();
    }

    @Test
    void asksAnotherWhenWhoeverIsToCopyLeavesToo() {
        for (int number = 0; number < 3; number++) {
            add(number, "a");
        }
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY);
        replication.executorLeaving(executor(0));
        assertThat(requests).extracting(Request::to).containsExactly(executor(1));
        replication.executorLeaving(executor(1));
        assertThat(requests).extracting(Request::to).containsExactly(executor(1), executor(2));
        answer(requests.get(0), true);
        assertThat(replication.isSpared(executor(0)))
                .as("with a copy that leaves too")
                .isFalse();
        answer(requests.get(0), true);
        assertThat(replication.isSpared(executor(0))).isTrue();
        assertThat(replication.isSpared(executor(1))).isTrue();
        assertThat(requests).isEmpty();
    }

    @Test
    void keepsNoLeavingExecutorForWhatNobodyCanTake() {
        add(0, "a");
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY);
        replication.executorLeaving(executor(0));
        assertThat(replication.isSpared(executor(0))).as("nobody is there").isTrue();
        add(1, "a");
        add(2, "a");
        assertThat(replication.isSpared(executor(0))).as("somebody came").isFalse();
        answer(requests.get(0), false);
        assertThat(replication.isSpared(executor(0))).as("another may").isFalse();
        answer(requests.get(0), false);
        assertThat(requests).isEmpty();
        assertThat(replication.isSpared(executor(0))).as("nobody has room").isTrue();
        lose(executor(0));
        assertThat(replication.pending()).isZero();
    }

    @Test
    void toleratesOneExecutorThatCannotCopyAndGivesUpAtTheSecond() {
        for (int number = 0; number < 5; number++) {
            add(number, "a");
        }
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        answer(requests.get(0), false);
        assertThat(requests).extracting(Request::to).containsExactly(executor(2));
        answer(requests.get(0), false);
        assertThat(requests).isEmpty();
        assertThat(replication.pending()).isZero();
    }

    @Test
    void doesNotCopyAgainWhatWasEvicted() {
        add(0, "a");
        add(1, "a");
        add(2, "a");
        tell(executor(0), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        answer(requests.get(0), true);
        tell(executor(1), cached(1, 0), StorageLevel.NONE);
        assertThat(requests).isEmpty();
        tell(executor(0), cached(1, 0), StorageLevel.NONE);
        tell(executor(2), cached(1, 0), StorageLevel.MEMORY_ONLY_2);
        assertThat(requests).as("computed again").hasSize(1);
    }

    @Test
    void asksForFewAtATimeAndForgetsADatasetThatIsDropped() {
        add(0, "a");
        add(1, "a");
        for (int partition = 0; partition < 100; partition++) {
            tell(executor(0), cached(1, partition), StorageLevel.MEMORY_ONLY_2);
            tell(executor(0), cached(2, partition), StorageLevel.MEMORY_ONLY_2);
        }
        assertThat(requests).hasSize(8);
        registry.removeDataset(new DatasetId(1));
        replication.forget(new DatasetId(1));
        int copied = 0;
        while (!requests.isEmpty()) {
            Request request = requests.get(0);
            boolean stale = request.block() instanceof BlockId.CachedPartition block
                    && block.dataset().equals(new DatasetId(1));
            answer(request, !stale);
            copied += stale ? 0 : 1;
        }
        assertThat(copied).isEqualTo(100);
        assertThat(replication.pending()).isZero();
    }

    /** Blocks, executors, losses and refusals in a thousand random orders; afterwards everything is where it should be. */
    @Test
    void everyBlockThatIsStillHeldEndsUpOnAsManyExecutorsAsThereAreOrAreWanted() {
        for (long seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            registry.removeDataset(new DatasetId(0));
            Set.copyOf(alive.keySet()).forEach(this::lose);
            requests.clear();
            replication = replication(true, Integer.MAX_VALUE);
            int executors = 0;
            for (int step = 0; step < 120; step++) {
                int choice = random.nextInt(100);
                if (choice < 8 || alive.isEmpty()) {
                    add(executors++, "host-" + random.nextInt(3));
                } else if (choice < 14) {
                    lose(pick(List.copyOf(alive.keySet()), random));
                } else if (choice < 55) {
                    int partition = random.nextInt(40);
                    StorageLevel level = StorageLevel.of(true, false, 1 + partition % 4);
                    ExecutorId holder = pick(List.copyOf(alive.keySet()), random);
                    if (registry.holders(cached(0, partition)).isEmpty()
                            && requests.stream().noneMatch(each -> each.block().equals(cached(0, partition)))) {
                        tell(holder, cached(0, partition), level);
                    }
                } else if (!requests.isEmpty()) {
                    answer(pick(requests, random), choice < 95);
                }
                check(seed);
            }
            while (!requests.isEmpty()) {
                answer(pick(requests, random), true);
                check(seed);
            }
            // Who had refused is asked no more; a new executor takes all that is left.
            for (int more = 0; more < 4; more++) {
                add(executors++, "new");
                while (!requests.isEmpty()) {
                    answer(pick(requests, random), true);
                }
            }
            for (int partition = 0; partition < 40; partition++) {
                int holders = registry.holders(cached(0, partition)).size();
                assertThat(holders == 0 || holders >= 1 + partition % 4)
                        .as("partition %d on %d executors, seed %d", partition, holders, seed)
                        .isTrue();
            }
            assertThat(replication.pending()).as("seed %d", seed).isZero();
        }
    }

    private void check(long seed) {
        for (Request request : requests) {
            assertThat(alive).as("seed %d", seed).containsKey(request.to());
            assertThat(registry.holders(request.block())).as("seed %d", seed).doesNotContain(request.to());
        }
        assertThat(Set.copyOf(requests)).as("asked once, seed %d", seed).hasSameSizeAs(requests);
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
