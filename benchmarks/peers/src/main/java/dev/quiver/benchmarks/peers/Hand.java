package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Plain Java over primitive arrays: what the machine gives away without an engine, not tuned to the limit. */
final class Hand implements Peer {
    private static final int PIECES = 128;

    private final Sizes sizes;
    private final int threads;
    private final ExecutorService pool;

    Hand(Sizes sizes) {
        this.sizes = sizes;
        this.threads = sizes.threads();
        this.pool = Executors.newFixedThreadPool(threads);
    }

    @Override
    public String master() {
        return "threads[" + threads + "]";
    }

    @Override
    public void close() {
        pool.shutdown();
    }

    @Override
    public Map<String, Work> workloads() {
        Map<String, Work> all = new LinkedHashMap<>();
        all.put("narrow", this::narrow);
        all.put("aggregate", this::aggregate);
        all.put("wordcount", this::wordcount);
        all.put("sort-long", this::sortLong);
        all.put("join", this::join);
        return all;
    }

    private String narrow() throws Exception {
        long rows = sizes.rows(100_000_000);
        return "" + sum(threads, thread -> {
            long sum = 0;
            for (long row = rows * thread / threads; row < rows * (thread + 1) / threads; row++) {
                long x = row * 3 + 1;
                if ((x & 7) != 0) {
                    sum += x ^ x >>> 3;
                }
            }
            return sum;
        });
    }

    private String aggregate() throws Exception {
        long keys = sizes.keys(1_000_000);
        Scattered rows = scatter(sizes.rows(20_000_000), row -> Mix.key(row, keys), Hand::pieceOfKey);
        return "" + sum(PIECES, piece -> {
            LongTable table = new LongTable(Math.toIntExact(2 * keys / PIECES));
            for (int index = rows.ends[piece]; index < rows.ends[piece + 1]; index++) {
                int slot = table.slot(rows.keys[index]);
                table.values[slot] += rows.values[index];
            }
            return table.size;
        });
    }

    private String join() throws Exception {
        long keys = sizes.keys(1_000_000);
        Scattered facts = scatter(sizes.rows(10_000_000), row -> Mix.key(row, keys), Hand::pieceOfKey);
        Scattered dimension = scatter(keys, row -> row, Hand::pieceOfKey);
        return "" + sum(PIECES, piece -> {
            LongTable table = new LongTable(dimension.ends[piece + 1] - dimension.ends[piece]);
            for (int index = dimension.ends[piece]; index < dimension.ends[piece + 1]; index++) {
                int slot = table.slot(dimension.keys[index]);
                table.values[slot] = dimension.values[index] * 7;
            }
            long sum = 0;
            for (int index = facts.ends[piece]; index < facts.ends[piece + 1]; index++) {
                int slot = table.find(facts.keys[index]);
                if (slot >= 0) {
                    sum += facts.values[index] ^ table.values[slot];
                }
            }
            return sum;
        });
    }

    private String sortLong() throws Exception {
        Scattered rows = scatter(sizes.rows(20_000_000), Mix::mix, key -> (int) ((key ^ Long.MIN_VALUE) >>> 57));
        sum(PIECES, piece -> {
            RadixSort.sort(rows.keys, rows.values, rows.ends[piece], rows.ends[piece + 1]);
            return 0;
        });
        for (int index = 1; index < rows.keys.length; index++) {
            if (rows.keys[index - 1] > rows.keys[index]) {
                throw new IllegalStateException("key " + index + " is smaller than the one before");
            }
        }
        return "" + rows.keys.length;
    }

    private String wordcount() throws Exception {
        List<WordTable> tables = new ArrayList<>();
        for (Future<WordTable> table : start(threads, thread -> WordTable.ofPart(sizes.words(), thread, threads))) {
            tables.add(table.get());
        }
        WordTable first = tables.get(0);
        tables.subList(1, tables.size()).forEach(first::addAll);
        return "" + first.total();
    }

    private static int pieceOfKey(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 57);
    }

    /** Rows ordered by piece: piece p is from {@code ends[p]} to {@code ends[p + 1]}. */
    private record Scattered(long[] keys, long[] values, int[] ends) {}

    /** Puts the rows {@code (keyOf(row), row)} of a range into pieces; each thread reads its share twice. */
    private Scattered scatter(long count, LongKey keyOf, Piece pieceOf) throws Exception {
        int[][] places = new int[threads][PIECES];
        sum(threads, thread -> {
            int[] histogram = new int[PIECES];
            for (long row = count * thread / threads; row < count * (thread + 1) / threads; row++) {
                histogram[pieceOf.of(keyOf.of(row))]++;
            }
            places[thread] = histogram;
            return 0;
        });
        int[] ends = new int[PIECES + 1];
        int place = 0;
        for (int piece = 0; piece < PIECES; piece++) {
            ends[piece] = place;
            for (int[] histogram : places) {
                int size = histogram[piece];
                histogram[piece] = place;
                place += size;
            }
        }
        ends[PIECES] = place;
        Scattered rows = new Scattered(new long[place], new long[place], ends);
        sum(threads, thread -> {
            int[] next = places[thread];
            for (long row = count * thread / threads; row < count * (thread + 1) / threads; row++) {
                long key = keyOf.of(row);
                int at = next[pieceOf.of(key)]++;
                rows.keys[at] = key;
                rows.values[at] = row;
            }
            return 0;
        });
        return rows;
    }

    private long sum(int parts, LongPart part) throws Exception {
        long sum = 0;
        for (Future<Long> result : start(parts, part::of)) {
            sum += result.get();
        }
        return sum;
    }

    private <T> List<Future<T>> start(int parts, Part<T> part) throws InterruptedException {
        List<Callable<T>> tasks = new ArrayList<>();
        for (int index = 0; index < parts; index++) {
            int number = index;
            tasks.add(() -> part.of(number));
        }
        return pool.invokeAll(tasks);
    }

    private interface Part<T> {
        T of(int part) throws IOException;
    }

    private interface LongPart {
        long of(int part) throws IOException;
    }

    private interface LongKey {
        long of(long row);
    }

    private interface Piece {
        int of(long key);
    }
}
