package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a mebibyte each, in a partition that is as large as the whole heap of its executor. */
class LargeRowsTest {
    private static final int ROW_BYTES = 1 << 20;
    private static final long ROWS = 450;
    private static final long SUM = ROWS * (ROWS - 1) / 2;

    @TempDir
    Path folder;

    private Session session;

    @BeforeEach
    void open() {
        session = Session.builder()
                .master("local-cluster[1,1,450]")
                .config("quiver.local.dir", folder.toString())
                .config("quiver.task.maxFailures", "1")
                .create();
    }

    @AfterEach
    void close() {
        session.close();
    }

    private static byte[] row(long number) {
        byte[] row = new byte[ROW_BYTES];
        Arrays.fill(row, (byte) number);
        row[0] = (byte) (number >> 8);
        return row;
    }

    /** The number that a row was made of, if every byte of it is right. */
    private static long number(byte[] row) {
        boolean same = row.length == ROW_BYTES && Arrays.mismatch(row, 1, ROW_BYTES - 1, row, 2, ROW_BYTES) < 0;
        return same ? (row[0] & 0xFFL) << 8 | row[1] & 0xFF : Long.MIN_VALUE;
    }

    private Dataset<byte[]> rows() {
        return session.range(0, ROWS, 1, 1).map(number -> row(number));
    }

    private Keyed<Long, byte[]> keyed() {
        return rows().mapToPair(row -> Pair.of(number(row) * 197 % ROWS, row));
    }

    @Test
    void areCachedAndReadAgain() {
        Dataset<byte[]> cached = rows().persist(StorageLevel.MEMORY_AND_DISK);
        for (int pass = 0; pass < 3; pass++) {
            assertThat(cached.map(row -> number(row)).reduce(Long::sum)).isEqualTo(SUM);
        }
        assertThat(session.metrics().peaksByOperator().get("rows at hand"))
                .as("a row, or few")
                .isBetween((long) ROW_BYTES, 4L * ROW_BYTES);
    }

    @Test
    void areSentThroughAShuffle() {
        assertThat(keyed().repartition(2)
                        .mapValues(row -> number(row))
                        .rows()
                        .map(pair -> pair.key() == pair.value() * 197 % ROWS ? pair.value() : Long.MIN_VALUE)
                        .reduce(Long::sum))
                .isEqualTo(SUM);
    }

    @Test
    void areSorted() {
        List<Long> expected = new ArrayList<>();
        for (long key = 0; key < ROWS; key++) {
            expected.add(key);
        }
        assertThat(keyed().sortByKey(true, 1)
                        .rows()
                        .mapPartitions(LargeRowsTest::checked)
                        .collect())
                .isEqualTo(expected);
        assertThat(keyed().sortByKey((left, right) -> Long.compare(left, right), true, 1)
                        .rows()
                        .mapPartitions(LargeRowsTest::checked)
                        .collect())
                .as("as objects, in an order of the user's")
                .isEqualTo(expected);
    }

    private static Iterator<Long> checked(Iterator<Pair<Long, byte[]>> rows) {
        List<Long> keys = new ArrayList<>();
        while (rows.hasNext()) {
            Pair<Long, byte[]> row = rows.next();
            keys.add(row.key() == number(row.value()) * 197 % ROWS ? row.key() : -1);
        }
        return keys.iterator();
    }
}
