package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Parallel streams of the JDK, in the common pool; the flags of the process size that. */
final class JdkStreams implements Peer {
    private final Sizes sizes;

    JdkStreams(Sizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public String master() {
        return "threads[" + (1 + java.util.concurrent.ForkJoinPool.getCommonPoolParallelism()) + "]";
    }

    @Override
    public void close() {}

    @Override
    public Map<String, Work> workloads() {
        Map<String, Work> all = new LinkedHashMap<>();
        all.put("narrow", this::narrow);
        all.put("aggregate", this::aggregate);
        all.put("wordcount", this::wordcount);
        all.put("sort-long", this::sortLong);
        all.put("group", this::group);
        return all;
    }

    private String narrow() {
        return "" + LongStream.range(0, sizes.rows(100_000_000))
                .parallel()
                .map(x -> x * 3 + 1)
                .filter(x -> (x & 7) != 0)
                .map(x -> x ^ x >>> 3)
                .sum();
    }

    private String aggregate() {
        long keys = sizes.keys(1_000_000);
        return "" + LongStream.range(0, sizes.rows(20_000_000))
                .parallel()
                .boxed()
                .collect(Collectors.toConcurrentMap(
                        x -> Mix.key(x, keys),
                        x -> x,
                        Long::sum,
                        () -> new ConcurrentHashMap<>(Math.toIntExact(2 * keys))))
                .size();
    }

    private String wordcount() throws IOException {
        try (Stream<String> lines = Files.lines(sizes.words())) {
            return "" + lines.parallel()
                    .flatMap(line -> Arrays.stream(line.split(" ")))
                    .collect(Collectors.toConcurrentMap(word -> word, word -> 1L, Long::sum))
                    .values()
                    .stream()
                    .mapToLong(count -> count)
                    .sum();
        }
    }

    /** Keys only: a stream of primitives has nowhere to put the value. */
    private String sortLong() {
        long[] sorted = LongStream.range(0, sizes.rows(20_000_000))
                .parallel()
                .map(Mix::mix)
                .sorted()
                .toArray();
        for (int index = 1; index < sorted.length; index++) {
            if (sorted[index - 1] > sorted[index]) {
                throw new IllegalStateException("key " + index + " is smaller than the one before");
            }
        }
        return "" + sorted.length;
    }

    private String group() {
        long keys = sizes.keys(100_000);
        return "" + LongStream.range(0, sizes.rows(5_000_000))
                .parallel()
                .boxed()
                .collect(Collectors.groupingByConcurrent(x -> Mix.key(x, keys)))
                .values()
                .stream()
                .mapToLong(java.util.List::size)
                .sum();
    }
}
