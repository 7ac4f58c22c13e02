package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * Ten ways in which memory runs out for good on an executor of 512 MiB: what the engine holds is named by its operator, and
 * what user code holds by the line of the function that was given to one.
 */
class OutOfMemoryNamesTest extends FaultTest {
    private static final long ROWS = 400_000;

    private Session session;

    /** An action, and what its failure has to say. */
    private record Provoked(Callable<?> action, List<String> says) {}

    @Test
    void tenOfTenNameTheRightOperator() throws Exception {
        Map<String, Provoked> cases = new LinkedHashMap<>();
        cases.put("groupByKey", engine(() -> oneKey().groupByKey(1).count(), "key the hot key has 400000 values"));
        cases.put("cogroup", engine(() -> oneKey().cogroup(oneKey(), 1).count(), "key the hot key has 400000 values"));
        cases.put("aggregateByKey", engine(this::oneLargeState, "key the hot key takes about "));
        cases.put("collect", engine(() -> large().collect(), "rows so far take"));
        cases.put("take", engine(() -> large().take(10_000_000), "rows so far take"));
        cases.put("map", user("mapKeepsAll", this::mapKeepsAll));
        cases.put("filter", user("filterKeepsAll", this::filterKeepsAll));
        cases.put("flatMap", user("flatMapMakesAll", this::flatMapMakesAll));
        cases.put("mapPartitions", user("mapPartitionsKeepsAll", this::mapPartitionsKeepsAll));
        cases.put("reduceByKey", user("reduceKeepsAll", this::reduceKeepsAll));
        Map<String, String> wrong = new LinkedHashMap<>();
        try (Session opened = session("local-cluster[1,1,512]")
                .config("quiver.memory.fraction", "0.1")
                .config("quiver.task.maxFailures", "1")
                .create()) {
            session = opened;
            for (Map.Entry<String, Provoked> each : cases.entrySet()) {
                Throwable failure = failure(start(() -> each.getValue().action().call()));
                String message = String.valueOf(failure.getMessage());
                List<String> says = each.getValue().says();
                String name = each.getKey();
                boolean named = failure instanceof JobFailedException
                        && says.stream().allMatch(part -> message.contains(part.replace("OPERATOR", name)));
                if (!named) {
                    wrong.put(name, String.valueOf(failure));
                }
            }
        }
        assertThat(cases).hasSize(10);
        assertThat(wrong).as("cases that were named wrongly").isEmpty();
    }

    /** What the engine holds for an operator. */
    private static Provoked engine(Callable<?> action, String says) {
        return new Provoked(
                action,
                List.of(
                        "OPERATOR ran out of memory in partition ",
                        " of stage ",
                        " MiB",
                        says,
                        "The task holds ",
                        "quiver.executor.memory"));
    }

    /** What the function holds that was given to an operator. @param method in which it stands */
    private static Provoked user(String method, Callable<?> action) {
        return new Provoked(
                action,
                List.of(
                        "out of memory (Java heap space) at OutOfMemoryNamesTest." + method
                                + "(OutOfMemoryNamesTest.java:",
                        " in partition 0 of stage ",
                        "what is not named here is held by user code",
                        "quiver.executor.memory"));
    }

    private Object mapKeepsAll() throws Exception {
        return one().map(row -> {
                    List<long[]> kept = new ArrayList<>();
                    while (true) {
                        kept.add(new long[1 << 17]);
                    }
                })
                .count();
    }

    private Object filterKeepsAll() throws Exception {
        return one().filter(row -> {
                    List<long[]> kept = new ArrayList<>();
                    while (kept != null) {
                        kept.add(new long[1 << 17]);
                    }
                    return true;
                })
                .count();
    }

    private Object flatMapMakesAll() throws Exception {
        return one().flatMap(row -> {
                    List<long[]> made = new ArrayList<>();
                    while (made != null) {
                        made.add(new long[1 << 17]);
                    }
                    return made;
                })
                .count();
    }

    private Object mapPartitionsKeepsAll() throws Exception {
        return session.range(0, 1_000_000, 1, 1)
                .mapPartitions(rows -> {
                    List<long[]> kept = new ArrayList<>();
                    while (rows.hasNext()) {
                        kept.add(new long[rows.next().intValue() | 1 << 17]);
                    }
                    return kept.iterator();
                })
                .count();
    }

    private Object reduceKeepsAll() throws Exception {
        return session.range(0, 1000, 1, 1)
                .mapToPair(row -> Pair.of("one key", row))
                .reduceByKey(
                        (left, right) -> {
                            List<long[]> kept = new ArrayList<>();
                            while (kept != null) {
                                kept.add(new long[1 << 17]);
                            }
                            return left;
                        },
                        1)
                .count();
    }

    private Object oneLargeState() throws Exception {
        return oneKey().<ArrayList<byte[]>>aggregateByKey(
                        new ArrayList<>(),
                        (list, value) -> {
                            list.add(value);
                            return list;
                        },
                        (list, more) -> {
                            list.addAll(more);
                            return list;
                        })
                .count();
    }

    private Dataset<Long> one() {
        return session.range(0, 1, 1, 1);
    }

    private Dataset<byte[]> large() {
        return session.range(0, 10 * ROWS, 1, 1).map(row -> new byte[100]);
    }

    private Keyed<String, byte[]> oneKey() {
        return session.range(0, ROWS, 1, 2).mapToPair(row -> Pair.of("the hot key", new byte[100]));
    }
}
