package com.example.faults;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** The program most tests run, and the answer it must give. */
record Words(List<String> words) {
    static final long SEED = 20_240_917;

    static Words random(int count, int distinct) {
        return new Words(new Random(SEED)
                .ints(count, 0, distinct)
                .mapToObj(word -> "word" + word)
                .toList());
    }

    /** Counts the words, with a place for tasks to stop in each of the two stages. */
    Keyed<String, Long> count(Session session, int partitions, Gate mapping, Gate reducing) {
        return session.parallelize(words, partitions)
                .mapPartitions(rows -> {
                    mapping.pass();
                    return rows;
                })
                .mapToPair(word -> Pair.of(word, 1L))
                .reduceByKey(Long::sum, partitions)
                .rows()
                .mapPartitions(rows -> {
                    reducing.pass();
                    return rows;
                })
                .mapToPair(pair -> pair);
    }

    Map<String, Long> expected() {
        return words.stream().collect(Collectors.groupingBy(word -> word, Collectors.counting()));
    }
}
