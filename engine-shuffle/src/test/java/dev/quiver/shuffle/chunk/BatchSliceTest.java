package dev.quiver.shuffle.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.Exchange;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchSliceTest {
    @Test
    void slicesOfAnyShapeHoldTheRowsOfTheirRange() {
        long seed = 41;
        Random random = new Random(seed);
        for (Shape shape : List.of(
                Shape.Scalar.LONG,
                Shape.Scalar.STRING,
                Shape.Scalar.BOOLEAN,
                new Shape.PairOf(Shape.Scalar.INT, new Shape.ListOf(Shape.Scalar.STRING)),
                new Shape.OptionalOf(Shape.Scalar.DOUBLE))) {
            BatchBuilder builder = Exchange.builder(shape);
            List<Object> rows = new ArrayList<>();
            for (int row = 0; row < 150; row++) {
                rows.add(value(shape, random));
                builder.append(rows.get(row));
            }
            ColumnBatch batch = builder.seal();
            for (int round = 0; round < 40; round++) {
                int from = random.nextInt(151);
                int to = from + random.nextInt(151 - from);
                assertThat(Exchange.objects(BatchSlice.slice(batch, from, to)))
                        .as("seed %d, %s [%d, %d)", seed, shape, from, to)
                        .isEqualTo(rows.subList(from, to));
            }
        }
    }

    @Test
    void splitsIntoPiecesThatTogetherAreTheBatch() {
        ColumnBatch batch = Exchange.rows(new MapVersion(1, 0, 0), 2, 1000);
        List<ColumnBatch> pieces = BatchSlice.split(batch, 900);
        List<Object> together = new ArrayList<>();
        pieces.forEach(piece -> together.addAll(Exchange.objects(piece)));
        assertThat(together).isEqualTo(Exchange.objects(batch));
        assertThat(pieces).hasSizeGreaterThan(8).allMatch(piece -> piece.sizeBytes() <= 900);
        assertThat(BatchSlice.split(batch, 1 << 20)).containsExactly(batch);
    }

    @Test
    void rowsOutsideTheBatchAreRefused() {
        assertThatThrownBy(() -> BatchSlice.slice(Exchange.longs(1, 2), 1, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void selectsWantedStretchesOfAMixedChunkInAllCombinations() {
        MapVersion[] versions = {
            new MapVersion(0, 0, 0), new MapVersion(1, 0, 0), new MapVersion(1, 0, 1), new MapVersion(2, 1, 0)
        };
        ChunkSources.Builder sources = new ChunkSources.Builder();
        long[] values = new long[100];
        int[] owner = new int[100];
        Random random = new Random(5);
        for (int row = 0, run = 0; row < 100; run++) {
            int length = Math.min(100 - row, 1 + random.nextInt(9));
            sources.add(versions[run % 4], length);
            for (int end = row + length; row < end; row++) {
                values[row] = row;
                owner[row] = run % 4;
            }
        }
        for (int mask = 0; mask < 16; mask++) {
            if ((mask & 6) == 6) {
                continue; // two versions of one map partition are never wanted together
            }
            List<MapVersion> wantedList = new ArrayList<>();
            List<Object> expected = new ArrayList<>();
            for (int version = 0; version < 4; version++) {
                if ((mask & 1 << version) != 0) {
                    wantedList.add(versions[version]);
                }
            }
            for (int row = 0; row < 100; row++) {
                if ((mask & 1 << owner[row]) != 0) {
                    expected.add((long) row);
                }
            }
            WantedVersions wanted = Exchange.wanted(wantedList.toArray(new MapVersion[0]));
            List<Object> selected = new ArrayList<>();
            sources.build()
                    .select(Exchange.longs(values), wanted)
                    .forEach(batch -> selected.addAll(Exchange.objects(batch)));
            assertThat(selected).as("mask %d", mask).isEqualTo(expected);
        }
    }

    private static Object value(Shape shape, Random random) {
        if (random.nextInt(7) == 0 && !(shape instanceof Shape.PairOf)) {
            return null;
        }
        if (shape == Shape.Scalar.LONG) {
            return random.nextLong();
        } else if (shape == Shape.Scalar.BOOLEAN) {
            return random.nextBoolean();
        } else if (shape == Shape.Scalar.STRING) {
            return "s" + random.nextInt(1000);
        } else if (shape instanceof Shape.OptionalOf) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(random.nextDouble());
        }
        String[] texts = new String[random.nextInt(4)];
        Arrays.setAll(texts, index -> "t" + random.nextInt(100));
        return Pair.of(random.nextInt(), List.of(texts));
    }
}
