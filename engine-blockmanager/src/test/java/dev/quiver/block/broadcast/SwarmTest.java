package dev.quiver.block.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Executors that load a value together, in virtual time and in an order drawn at random. */
class SwarmTest {
    private static final ExecutorId DRIVER = new ExecutorId("driver", 0);
    private static final long LEASE = 1_000;

    /** One run. Every step is an executor that ends its errand and asks for the next. */
    private static final class Run {
        final Random random;
        final int chunks;
        final Swarm swarm;
        final Map<ExecutorId, BitSet> held = new LinkedHashMap<>();
        final Map<ExecutorId, ChunkAdvice.Fetch> fetching = new LinkedHashMap<>();
        int sentByDriver;
        long now;

        Run(long seed, int executors, int chunks) {
            this.random = new Random(seed);
            this.chunks = chunks;
            this.swarm = new Swarm(chunks, DRIVER, random::nextInt, LEASE);
            for (int number = 0; number < executors; number++) {
                held.put(executor(number), new BitSet());
            }
        }

        static ExecutorId executor(int number) {
            return new ExecutorId(String.valueOf(number), 0);
        }

        boolean isComplete() {
            return held.values().stream().allMatch(have -> have.cardinality() == chunks);
        }

        /** @param failing per hundred fetches from peers */
        void step(int failing) {
            List<ExecutorId> loading = new ArrayList<>();
            held.forEach((executor, have) -> {
                if (have.cardinality() < chunks) {
                    loading.add(executor);
                }
            });
            ExecutorId executor = loading.get(random.nextInt(loading.size()));
            now += random.nextInt(20);
            BroadcastGuide.Missed missed = null;
            ChunkAdvice.Fetch ended = fetching.remove(executor);
            if (ended != null) {
                BitSet there = held.get(ended.from());
                boolean gone = !ended.from().equals(DRIVER) && (there == null || !there.get(ended.chunk()));
                if (gone || !ended.from().equals(DRIVER) && random.nextInt(100) < failing) {
                    missed = new BroadcastGuide.Missed(ended.chunk(), ended.from());
                } else {
                    held.get(executor).set(ended.chunk());
                }
            }
            ChunkAdvice advice = swarm.next(executor, held.get(executor), missed, now);
            if (advice instanceof ChunkAdvice.Fetch fetch) {
                assertThat(held.get(executor).get(fetch.chunk())).isFalse();
                assertThat(fetch.from()).isNotEqualTo(executor);
                fetching.put(executor, fetch);
                sentByDriver += fetch.from().equals(DRIVER) ? 1 : 0;
            }
        }

        void lose(ExecutorId executor) {
            held.remove(executor);
            fetching.remove(executor);
            swarm.forget(executor);
        }

        void finish(int failing) {
            for (int steps = 0; !isComplete(); steps++) {
                assertThat(steps).isLessThan(2_000_000);
                step(failing);
            }
        }
    }

    @Test
    void theDriverSendsEachChunkOnceToTenExecutorsThatStartTogether() {
        for (long seed = 0; seed < 200; seed++) {
            Run run = new Run(seed, 10, 16);
            run.finish(0);
            assertThat(run.sentByDriver).as("seed %d", seed).isEqualTo(16);
        }
    }

    @Test
    void everyoneGetsEverythingWhenFetchesFailAndExecutorsDie() {
        for (long seed = 0; seed < 200; seed++) {
            Run run = new Run(seed, 10, 40);
            for (int lost = 0; lost < 4; lost++) {
                for (int steps = run.random.nextInt(100); steps > 0; steps--) {
                    run.step(10);
                }
                run.lose(Run.executor(lost));
            }
            run.finish(10);
            assertThat(run.sentByDriver).as("seed %d", seed).isBetween(40, 120);
        }
    }

    @Test
    void lendsAChunkAgainWhenItsBorrowerIsNotHeardOfForTooLong() {
        Swarm swarm = new Swarm(1, DRIVER, bound -> 0, LEASE);
        ChunkAdvice fromDriver = new ChunkAdvice.Fetch(0, DRIVER);
        assertThat(swarm.next(Run.executor(1), new BitSet(), null, 0)).isEqualTo(fromDriver);
        assertThat(swarm.next(Run.executor(2), new BitSet(), null, LEASE - 1)).isEqualTo(new ChunkAdvice.Wait());
        assertThat(swarm.next(Run.executor(2), new BitSet(), null, LEASE)).isEqualTo(fromDriver);
    }

    @Test
    void asksNobodyAgainForAChunkThatCouldNotBeHadThere() {
        Swarm swarm = new Swarm(1, DRIVER, bound -> 0, LEASE);
        BitSet all = new BitSet();
        all.set(0);
        assertThat(swarm.next(Run.executor(1), all, null, 0)).isEqualTo(new ChunkAdvice.Complete());
        assertThat(swarm.next(Run.executor(2), new BitSet(), null, 0))
                .isEqualTo(new ChunkAdvice.Fetch(0, Run.executor(1)));
        assertThat(swarm.next(Run.executor(2), new BitSet(), new BroadcastGuide.Missed(0, Run.executor(1)), 0))
                .isEqualTo(new ChunkAdvice.Fetch(0, DRIVER));
    }

    @Test
    void anExecutorThatLeavesGivesItsChunkBack() {
        Swarm swarm = new Swarm(1, DRIVER, bound -> 0, LEASE);
        swarm.next(Run.executor(1), new BitSet(), null, 0);
        swarm.forget(Run.executor(1));
        assertThat(swarm.next(Run.executor(2), new BitSet(), null, 0)).isEqualTo(new ChunkAdvice.Fetch(0, DRIVER));
    }
}
