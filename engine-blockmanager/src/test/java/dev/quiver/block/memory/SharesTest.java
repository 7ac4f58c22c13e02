package dev.quiver.block.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.memory.Shares.Task;
import dev.quiver.block.memory.Shares.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What requests are answered, one by one, and in a thousand random orders of asking, waiting, giving back and ending. */
class SharesTest {
    private static final long TOTAL = 1200;

    private final Shares shares = new Shares(TOTAL, 0.5);

    @Test
    void aLoneTaskMayHoldAllOfIt() {
        Task task = new Task();
        assertThat(take(task, TOTAL)).isEqualTo(Verdict.GRANTED);
        assertThat(shares.most(task)).isEqualTo(TOTAL);
    }

    @Test
    void oneOfThreeActiveTasksMayHoldAThirdAndNoMore() {
        Task first = new Task();
        Task second = new Task();
        Task third = new Task();
        take(second, 1);
        take(third, 1);
        assertThat(take(first, 401)).isEqualTo(Verdict.REFUSED);
        assertThat(take(first, 400)).isEqualTo(Verdict.GRANTED);
        give(third, 1);
        shares.end(third);
        assertThat(take(first, 200)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void aTaskWaitsForHalfOfItsShareAndIsRefusedMoreThanThat() {
        Task hog = new Task();
        Task late = new Task();
        take(hog, TOTAL);
        assertThat(take(late, 301)).isEqualTo(Verdict.REFUSED);
        assertThat(take(late, 300)).isEqualTo(Verdict.WAIT);
        give(hog, 300);
        assertThat(take(late, 300)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void nobodyWaitsWhenNobodyRunsWhoCouldGiveBack() {
        Task first = new Task();
        Task second = new Task();
        take(first, 100);
        shares.changeOthers(1050);
        shares.changeStorage(50);
        first.waiting = true;
        assertThat(take(second, 20)).isEqualTo(Verdict.REFUSED);
        first.waiting = false;
        assertThat(take(second, 20)).isEqualTo(Verdict.WAIT);
    }

    @Test
    void cachedBlocksMakeRoomDownToTheSoftLine() {
        Task task = new Task();
        shares.changeStorage(1000);
        assertThat(take(task, 601)).isEqualTo(Verdict.REFUSED);
        assertThat(take(task, 600)).isEqualTo(Verdict.EVICT);
        assertThat(shares.missing(600)).isEqualTo(400);
        assertThat(shares.judge(task, 600, false)).isEqualTo(Verdict.REFUSED);
        shares.changeStorage(-400);
        assertThat(take(task, 600)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void rowsToBeCachedTakeThePlaceOfAllStorageButNotOfWhatOthersAreGuaranteed() {
        Task task = new Task();
        shares.changeStorage(TOTAL);
        assertThat(shares.judgeUnroll(task, TOTAL, true)).isEqualTo(Verdict.EVICT);
        assertThat(shares.judgeUnroll(task, TOTAL, false)).isEqualTo(Verdict.REFUSED);
        shares.changeStorage(-TOTAL);
        assertThat(shares.judgeUnroll(task, TOTAL, false)).isEqualTo(Verdict.GRANTED);
        Task other = new Task();
        take(other, 1);
        assertThat(shares.judgeUnroll(task, 600, false)).as("its part").isEqualTo(Verdict.GRANTED);
        assertThat(shares.judgeUnroll(task, 900, false))
                .as("more, and the other may still have its quarter")
                .isEqualTo(Verdict.GRANTED);
        assertThat(shares.judgeUnroll(task, 901, true)).isEqualTo(Verdict.REFUSED);
        take(other, 299);
        assertThat(shares.judgeUnroll(task, 900, false)).isEqualTo(Verdict.GRANTED);
        assertThat(shares.judgeUnroll(task, 901, false)).as("it never waits").isEqualTo(Verdict.REFUSED);
    }

    @Test
    void pressureLeavesRowsToBeCachedWhatTheirTaskIsGuaranteedAndThenNothing() {
        Task task = new Task();
        shares.pressure(Pressure.SPILL);
        assertThat(shares.judgeUnroll(task, 600, false)).isEqualTo(Verdict.GRANTED);
        assertThat(shares.judgeUnroll(task, 601, false)).isEqualTo(Verdict.REFUSED);
        shares.pressure(Pressure.REFUSE);
        assertThat(shares.judgeUnroll(task, 1, true)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void pressureLeavesTasksWhatTheyAreGuaranteedAndThenNothing() {
        Task task = new Task();
        shares.pressure(Pressure.SPILL);
        assertThat(take(task, 601)).isEqualTo(Verdict.REFUSED);
        assertThat(take(task, 600)).isEqualTo(Verdict.GRANTED);
        shares.pressure(Pressure.REFUSE);
        assertThat(take(task, 1)).isEqualTo(Verdict.REFUSED);
        shares.pressure(Pressure.PAUSE);
        assertThat(take(task, 600)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void neverGivesTooMuchNorLetsAnybodyStarveInAThousandRandomOrders() {
        int waits = 0;
        for (long seed = 1; seed <= 1000; seed++) {
            try {
                waits += new RandomOrder(seed).run();
            } catch (AssertionError broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
        }
        assertThat(waits).isGreaterThan(1000);
    }

    private Verdict take(Task task, long bytes) {
        Verdict verdict = shares.judge(task, bytes, true);
        if (verdict == Verdict.GRANTED) {
            shares.changeTask(task, bytes);
        }
        return verdict;
    }

    private void give(Task task, long bytes) {
        shares.changeTask(task, -bytes);
    }

    /** Tasks, cached blocks and map outputs at once, one step after another. */
    private static final class RandomOrder {
        private static final int STEPS = 200;

        private final Random random;
        private final Shares shares = new Shares(TOTAL, 0.5);
        private final List<Task> running = new ArrayList<>();
        private final Map<Task, Long> waiting = new LinkedHashMap<>();
        private long others;
        private int waits;

        RandomOrder(long seed) {
            random = new Random(seed);
        }

        int run() {
            for (int step = 0; step < STEPS; step++) {
                step();
                lookAgain();
                check();
            }
            while (!running.isEmpty()) {
                end(running.get(random.nextInt(running.size())));
                lookAgain();
                check();
            }
            assertThat(waiting).as("tasks that wait for ever").isEmpty();
            shares.changeOthers(-others);
            shares.changeStorage(-shares.storage());
            assertThat(shares.free()).isEqualTo(TOTAL);
            return waits;
        }

        private void step() {
            int choice = random.nextInt(100);
            if (choice < 15 && running.size() + waiting.size() < 6) {
                running.add(new Task());
            } else if (choice < 18 && !running.isEmpty()) {
                end(any());
            } else if (choice < 32) {
                long bytes = Math.min(shares.free(), random.nextInt(400));
                shares.changeStorage(Math.max(0, bytes));
            } else if (choice < 38) {
                shares.changeStorage(-Math.min(shares.storage(), random.nextInt(400)));
            } else if (choice < 44) {
                long bytes = random.nextInt(100);
                if (others + bytes < TOTAL / 2 && shares.judge(bytes, false) == Verdict.GRANTED) {
                    others += bytes;
                    shares.changeOthers(bytes);
                }
            } else if (choice < 48) {
                long bytes = Math.min(others, random.nextInt(100));
                others -= bytes;
                shares.changeOthers(-bytes);
            } else if (choice < 55 && !running.isEmpty()) {
                Task task = any();
                shares.changeTask(task, -Math.min(task.held, random.nextInt(500)));
            } else if (choice < 65 && !running.isEmpty()) {
                unroll(any(), 1 + random.nextInt(400));
            } else if (choice < 70 && !running.isEmpty()) {
                Task task = any();
                long stored = Math.min(task.held, random.nextInt(500));
                shares.changeTask(task, -stored);
                shares.changeStorage(stored);
            } else if (!running.isEmpty()) {
                Task task = any();
                running.remove(task);
                ask(task, wanted(task));
            }
        }

        /** A little, anything, up to all that the task may hold, or up to what it is guaranteed. */
        private long wanted(Task task) {
            return switch (random.nextInt(4)) {
                case 0 -> 1 + random.nextInt(50);
                case 1 -> 1 + random.nextInt(900);
                case 2 -> Math.max(1, Math.min(shares.most(task) - task.held, shares.free()));
                default -> Math.max(1, shares.guaranteed(task) - task.held);
            };
        }

        private Task any() {
            return running.get(random.nextInt(running.size()));
        }

        private void end(Task task) {
            shares.changeTask(task, -task.held);
            shares.end(task);
            running.remove(task);
        }

        /** Asks as a thread would: until it is granted, refused, or has to wait. */
        private void ask(Task task, long bytes) {
            Verdict verdict = shares.judge(task, bytes, true);
            if (verdict == Verdict.EVICT) {
                shares.changeStorage(-shares.missing(bytes));
                verdict = shares.judge(task, bytes, true);
            }
            switch (verdict) {
                case GRANTED -> {
                    task.waiting = false;
                    shares.changeTask(task, bytes);
                    assertThat(task.held).as("more than its share").isLessThanOrEqualTo(shares.most(task));
                    running.add(task);
                }
                case REFUSED -> {
                    task.waiting = false;
                    assertThat(task.held + bytes)
                            .as("a refusal of what is guaranteed")
                            .isGreaterThan(shares.guaranteed(task));
                    running.add(task);
                }
                case WAIT -> {
                    waits++;
                    task.waiting = true;
                    waiting.put(task, bytes);
                }
                case EVICT -> throw new AssertionError("evicted, and still not enough");
            }
        }

        /** Rows that the task is about to cache: granted or not, and never at the cost of others. */
        private void unroll(Task task, long bytes) {
            Verdict verdict = shares.judgeUnroll(task, bytes, true);
            if (verdict == Verdict.EVICT) {
                shares.changeStorage(-shares.missing(bytes));
                verdict = shares.judgeUnroll(task, bytes, true);
                assertThat(verdict).as("after room was made").isEqualTo(Verdict.GRANTED);
            }
            if (verdict == Verdict.GRANTED) {
                shares.changeTask(task, bytes);
            } else {
                assertThat(verdict).isEqualTo(Verdict.REFUSED);
            }
        }

        /** Has those that wait look again, in any order, until nothing changes. */
        private void lookAgain() {
            int before;
            do {
                before = waiting.size();
                List<Task> some = new ArrayList<>(waiting.keySet());
                Collections.shuffle(some, random);
                for (Task task : some) {
                    ask(task, waiting.remove(task));
                }
                waits -= waiting.size();
            } while (waiting.size() < before);
        }

        private void check() {
            assertThat(shares.free()).as("more held than there is").isNotNegative();
            for (Map.Entry<Task, Long> wait : waiting.entrySet()) {
                assertThat(running)
                        .as("those a task waits for")
                        .anyMatch(task -> task != wait.getKey() && task.held > 0);
            }
        }
    }
}
