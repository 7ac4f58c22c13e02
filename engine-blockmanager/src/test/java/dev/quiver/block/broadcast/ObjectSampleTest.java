package dev.quiver.block.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Estimates beside what the heap says. */
class ObjectSampleTest {
    private static final int MANY = 200_000;

    record Point(double x, double y, String name) {}

    /** A tree of a program's own. */
    private static final class Node {
        final Node left;
        final Node right;
        final long value;

        Node(Node left, Node right, long value) {
            this.left = left;
            this.right = right;
            this.value = value;
        }
    }

    @Test
    void arraysOfNumbersAreCountedExactly() {
        assertThat(ObjectSample.bytesOf(new long[1000])).isEqualTo(8016);
        assertThat(ObjectSample.bytesOf(new byte[13])).isEqualTo(32);
        assertThat(ObjectSample.bytesOf(new double[10][100])).isEqualTo(16 + 40 + 10 * 816);
        assertThat(ObjectSample.bytesOf(null)).isZero();
    }

    @Test
    void mapsListsAndRecordsAreWithinAFewPartsInAHundredOfTheHeap() {
        isAbout(() -> {
            Map<Integer, String> names = new HashMap<>();
            for (int number = 0; number < MANY; number++) {
                names.put(number, "name " + number);
            }
            return names;
        });
        isAbout(() -> {
            List<Point> points = new ArrayList<>();
            for (int number = 0; number < MANY; number++) {
                points.add(new Point(number, -number, "point " + number));
            }
            return points;
        });
        isAbout(() -> {
            Map<String, long[]> rows = new TreeMap<>();
            for (int number = 0; number < MANY; number++) {
                rows.put("row " + number, new long[number % 16]);
            }
            return rows;
        });
        isAbout(() -> {
            String[][] words = new String[MANY / 100][];
            for (int row = 0; row < words.length; row++) {
                words[row] = new String[100];
                for (int word = 0; word < 100; word++) {
                    words[row][word] = "word " + row + " " + word;
                }
            }
            return words;
        });
    }

    private static void isAbout(Supplier<Object> value) {
        long before = heapInUse();
        Object made = value.get();
        long taken = heapInUse() - before;
        assertThat((double) ObjectSample.bytesOf(made) / taken)
                .as("estimate of %s, which takes %d bytes", made.getClass(), taken)
                .isBetween(0.8, 1.25);
    }

    private static long heapInUse() {
        for (int round = 0; round < 2; round++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void anObjectThatStandsInManyPlacesCountsOnce() {
        long[] shared = new long[100_000];
        assertThat(ObjectSample.bytesOf(List.of(shared, shared, shared))).isBetween(800_000L, 850_000L);
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThat(ObjectSample.bytesOf(itself)).isLessThan(100);
    }

    @Test
    void aVeryLongChainIsNotFollowedToItsEnd() {
        Node chain = null;
        for (int number = 0; number < 1_000_000; number++) {
            chain = new Node(chain, null, number);
        }
        assertThat(ObjectSample.bytesOf(chain)).isBetween(100_000L, 1_000_000L);
    }

    @Test
    void objectsOfTheJdkThatAreClosedToLooksCountByTheirFields() {
        assertThat(ObjectSample.bytesOf(new BigDecimal("1.5"))).isBetween(24L, 64L);
    }
}
