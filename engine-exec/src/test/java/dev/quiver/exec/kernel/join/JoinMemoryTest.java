package dev.quiver.exec.kernel.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.lineage.JoinKind;
import dev.quiver.shape.Shape;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class JoinMemoryTest {
    private record Full() implements JoinKind {
        @Override
        public boolean leftOptional() {
            return true;
        }

        @Override
        public boolean rightOptional() {
            return true;
        }
    }

    private record Name(String first, int number) {}

    /** The rows of a result are named in two arrays, however small the table is. */
    private static final int RESULT_BYTES = 2 * 4096 * Long.BYTES;

    private final ClassLoader loader = getClass().getClassLoader();

    @Test
    void tablesTakeAboutAsMuchAsTheySay() {
        List<IntFunction<Object>> keys = List.of(
                row -> (long) row * 3,
                row -> row * 0x9E3779B97F4A7C15L,
                row -> row * 12345,
                row -> "some key " + row,
                row -> row / 2.0,
                row -> new Name("of some length " + row, row),
                row -> Pair.of((long) row, "x" + row));
        for (IntFunction<Object> key : keys) {
            for (int rows : new int[] {3000, 4095, 4097, 50_000}) {
                for (boolean lean : new boolean[] {true, false}) {
                    check(key, rows, lean);
                }
            }
        }
    }

    private void check(IntFunction<Object> key, int rows, boolean lean) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, new KryoValueSerializer(loader), loader);
        for (int row = 0; row < rows; row++) {
            builder.append(Pair.of(key.apply(row), "v"));
        }
        ColumnBatch build = builder.seal();
        Shape shape = ((Shape.PairOf) build.shape()).key();
        long keyBytes = 0;
        for (Column column : build.columns().subList(0, ColumnLayout.columnCount(shape))) {
            keyBytes += column.sizeBytes();
        }
        HashJoin.of(build, new Full(), true, lean, null, loader);
        long before = allocatedBytes();
        HashJoin.of(build, new Full(), true, lean, null, loader);
        long allocated = allocatedBytes() - before;
        // Arrays that double leave behind no more than they have at the end, and half of that is held while they do.
        assertThat(allocated / (double) (RESULT_BYTES + HashJoin.bytes(shape, keyBytes, rows, lean)))
                .as("allocated for %d keys like %s, to what was asked for; lean: %s", rows, key.apply(1), lean)
                .isBetween(0.2, 1.3);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void longRowsThatComeAgainAndAgainComeFewAtATime() {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, new KryoValueSerializer(loader), loader);
        for (int row = 0; row < 30; row++) {
            builder.append(Pair.of(1L, "x".repeat(row == 7 ? 1_000_000 : 10)));
        }
        ColumnBatch wide = builder.seal();
        for (long row = 0; row < 400; row++) {
            builder.append(Pair.of(row < 300 ? 1L : row, row));
        }
        ColumnBatch thin = builder.seal();
        for (boolean wideIsBuild : new boolean[] {true, false}) {
            HashJoin join = HashJoin.of(wideIsBuild ? wide : thin, new Full(), wideIsBuild, loader);
            join.probe(wideIsBuild ? thin : wide);
            int rows = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (ColumnBatch batch = join.next(); batch != null; batch = join.next()) {
                    rows += batch.rows();
                    assertThat(batch.sizeBytes()).isLessThan(6 << 20);
                }
                if (pass == 0) {
                    join.finish();
                }
            }
            assertThat(rows).isEqualTo(30 * 300 + 100);
        }
    }
}
