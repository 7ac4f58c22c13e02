package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of several operators that each could have most of the memory: they give it to one another. */
class SeveralOperatorsThroughDiskTest {
    private static final String PAYLOAD = "a text that makes a row of about a hundred bytes, and no more, ";
    private static final double BUDGET_BYTES = 16 << 20;
    private static final long RESERVED_BYTES = 300L << 20;
    private static final int ROWS = 250_000;
    private static final int KEYS = 45_001;

    @TempDir
    Path folder;

    private Session session;

    @BeforeEach
    void open() {
        double heap = Runtime.getRuntime().maxMemory() - RESERVED_BYTES;
        session = Session.builder()
                .master("local[1]")
                .config("quiver.local.dir", folder.toString())
                .config("quiver.memory.fraction", String.valueOf(BUDGET_BYTES / heap))
                .config("quiver.shuffle.memory.fraction", "0")
                .config("quiver.task.maxFailures", "1")
                .create();
    }

    @AfterEach
    void close() {
        session.close();
    }

    /** One key has a part of the rows, the others a few each. */
    private Keyed<Long, String> rows(long hot, int part) {
        return session.range(0, ROWS, 1, 4).mapToPair(row -> Pair.of(key(row, hot, part), PAYLOAD + row));
    }

    private static long key(long row, long hot, int part) {
        return row % part == 0 ? hot : row % KEYS;
    }

    private static Map<Long, Long> counts(long hot, int part) {
        Map<Long, Long> counts = new HashMap<>();
        for (long row = 0; row < ROWS; row++) {
            counts.merge(key(row, hot, part), 1L, Long::sum);
        }
        return counts;
    }

    /** What goes on with one text of each key, of lists of which the hot key's takes most of the memory. */
    private interface Next {
        Keyed<Long, Integer> of(Keyed<Long, String> firsts);
    }

    /** In whichever part of the rows the hot key comes, there is memory for its list. */
    private void listsComeBefore(Next next) {
        for (long hot = 1_000_003; hot < 1_000_011; hot += 2) {
            Keyed<Long, String> firsts = rows(hot, 5).groupByKey(1).mapValues(values -> values.get(0) + values.size());
            Map<Long, Integer> found = next.of(firsts).collectAsMap();
            assertThat(found.keySet().equals(counts(hot, 5).keySet()))
                    .as("keys with %d as the hot one", hot)
                    .isTrue();
            assertThat(found.values()).containsOnly(1);
        }
    }

    @Test
    void statesThatAreObjectsAreSpilledForAListThatMustBeInMemory() {
        listsComeBefore(firsts -> firsts.combineByKey(
                        first -> new ArrayList<>(List.of(first)), (state, value) -> state, (state, other) -> state)
                .mapValues(List::size));
    }

    @Test
    void groupsOfSeveralInputsAreSpilledForAListThatMustBeInMemory() {
        Keyed<Long, Integer> few = session.range(0, 10, 1, 1).mapToPair(row -> Pair.of(row, 1));
        listsComeBefore(
                firsts -> firsts.cogroup(few, 1).mapValues(lists -> lists.key().size()));
    }

    @Test
    void sidesOfAJoinAreSpilledForAListThatMustBeInMemory() {
        Keyed<Long, Integer> few = session.range(0, 10, 1, 1).mapToPair(row -> Pair.of(row, 1));
        listsComeBefore(firsts -> firsts.leftOuterJoin(few).mapValues(both -> 1));
    }

    @Test
    void aCogroupGivesWayToTheGroupsOfItsRows() {
        Keyed<Long, List<List<String>>> groups = rows(5, 8)
                .cogroup(rows(7, 8).mapValues(value -> value + "!"), 1)
                .flatMapValues(lists -> List.of(lists.key(), lists.value()))
                .groupByKey();
        Map<Long, Long> expected = counts(5, 8);
        counts(7, 8).forEach((key, count) -> expected.merge(key, count, Long::sum));
        Map<Long, Long> found = groups.mapValues(
                        lists -> (long) lists.get(0).size() + lists.get(1).size())
                .collectAsMap();
        assertThat(found.equals(expected)).isTrue();
    }

    @Test
    void theTableOfAJoinGivesWayToTheListsOfItsRows() {
        Keyed<Long, String> one =
                session.range(0, KEYS, 1, 4).mapToPair(row -> Pair.of(row, PAYLOAD + "of key " + row));
        Map<Long, Long> found = rows(5, 8)
                .join(one, 1)
                .mapValues(both -> both.key() + both.value())
                .groupByKey()
                .mapValues(values -> (long) values.size())
                .collectAsMap();
        assertThat(found.equals(counts(5, 8))).isTrue();
    }

    @Test
    void sortedRowsGiveWayToTheGroupsThatAreMadeOfThem() {
        Map<Long, Long> found = rows(5, 8)
                .sortByKey(true, 1)
                .groupByKey()
                .mapValues(values -> (long) values.size())
                .reduceByKey(Long::sum)
                .collectAsMap();
        assertThat(found.equals(counts(5, 8))).isTrue();
    }
}
