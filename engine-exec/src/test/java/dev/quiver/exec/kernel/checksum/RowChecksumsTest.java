package dev.quiver.exec.kernel.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** That sums say what rows there are, and nothing else. */
class RowChecksumsTest {
    private static final ClassLoader LOADER = RowChecksumsTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);
    private static final int SEEDS = 40;

    private enum Colour {
        RED,
        GREEN
    }

    private enum Light {
        RED
    }

    private record Point(int x, int y) {}

    private record Place(int x, int y) {}

    private record Nothing() {}

    private record Nil() {}

    private record Chain(int value, Chain next) {}

    /** What events of an application often look like. */
    private sealed interface Event {}

    private record Opened(long account, String owner) implements Event {}

    private record Paid(long account, double amount, List<String> notes) implements Event {}

    /** Kinds of rows, each with many different values. Nulls come on top. */
    private static final Map<String, Function<Random, Object>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("booleans", Random::nextBoolean);
        KINDS.put("bytes", random -> (byte) random.nextInt());
        KINDS.put("shorts", random -> (short) random.nextInt());
        KINDS.put("ints", Random::nextInt);
        KINDS.put("longs", Random::nextLong);
        KINDS.put("chars", random -> (char) random.nextInt());
        KINDS.put("floats", Random::nextFloat);
        KINDS.put("doubles", Random::nextDouble);
        KINDS.put("strings", RowChecksumsTest::text);
        KINDS.put("texts", random -> Text.of(text(random)));
        KINDS.put("byte arrays", random -> text(random).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        KINDS.put("long byte arrays", random -> {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            return bytes;
        });
        KINDS.put("dates", random -> LocalDate.ofEpochDay(random.nextInt()));
        KINDS.put("times", random -> LocalTime.ofNanoOfDay(random.nextInt(Integer.MAX_VALUE)));
        KINDS.put(
                "dates with times",
                random -> LocalDateTime.ofEpochSecond(random.nextInt(), random.nextInt(1000), ZoneOffset.UTC));
        KINDS.put("instants", random -> Instant.ofEpochSecond(random.nextInt(5), random.nextInt(1000)));
        KINDS.put("durations", random -> Duration.ofSeconds(random.nextInt(), random.nextInt(1000)));
        KINDS.put("enums", random -> Colour.values()[random.nextInt(2)]);
        KINDS.put("pairs", random -> Pair.of(text(random), random.nextInt()));
        KINDS.put("nested pairs", random -> Pair.of(Pair.of(maybe(random, text(random)), 1L), new Point(1, 2)));
        KINDS.put("records", random -> new Paid(random.nextInt(9), random.nextDouble(), List.of("a", text(random))));
        KINDS.put("records without components", random -> new Nothing());
        KINDS.put(
                "records of their own kind", random -> new Chain(random.nextInt(), new Chain(random.nextInt(), null)));
        KINDS.put("lists", random -> lists(random, maybe(random, random.nextInt())));
        KINDS.put("lists of lists", random -> lists(random, lists(random, text(random))));
        KINDS.put(
                "long lists",
                random -> Collections.nCopies(random.nextInt(2000), 1L).stream().toList());
        KINDS.put("lists of records", random -> lists(random, new Opened(random.nextLong(), null)));
        KINDS.put("optionals", random -> random.nextBoolean() ? Optional.empty() : Optional.of(text(random)));
        KINDS.put("arrays of ints", random -> random.ints(random.nextInt(5)).toArray());
        KINDS.put(
                "arrays of doubles", random -> random.doubles(random.nextInt(5)).toArray());
        KINDS.put("opaque values", random -> new UUID(1, random.nextLong()));
        KINDS.put("events", RowChecksumsTest::event);
        KINDS.put("pairs with events", random -> Pair.of(random.nextInt(), maybe(random, event(random))));
        KINDS.put(
                "anything",
                random -> List.<Object>of(1, 1L, "\ud800", "a", new LinkedList<>(List.of(1)), List.of(1))
                        .get(random.nextInt(6)));
        KINDS.put("lists of anything", random -> lists(random, random.nextBoolean() ? (Object) 1 : "a"));
    }

    private static Object maybe(Random random, Object value) {
        return random.nextInt(4) == 0 ? null : value;
    }

    private static Event event(Random random) {
        return random.nextBoolean()
                ? new Opened(random.nextInt(), text(random))
                : new Paid(random.nextInt(), random.nextDouble(), List.of());
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(30); length > 0; length--) {
            text.append(random.nextInt(10) == 0 ? 'ß' : (char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private static List<Object> lists(Random random, Object value) {
        List<Object> list = new ArrayList<>();
        for (int length = random.nextInt(4); length > 0; length--) {
            list.add(value);
        }
        return list;
    }

    private static List<Object> rows(Random random, Function<Random, Object> kind, int count) {
        List<Object> rows = new ArrayList<>();
        boolean nulls = random.nextBoolean();
        for (int row = 0; row < count; row++) {
            rows.add(nulls ? maybe(random, kind.apply(random)) : kind.apply(random));
        }
        return rows;
    }

    private static ColumnBatch batch(List<?> rows) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
        rows.forEach(builder::append);
        return builder.seal();
    }

    private static RowChecksums checksums() {
        return new RowChecksums(SERIALIZER, LOADER);
    }

    private static long sum(List<?> rows) {
        return checksums().sum(3, batch(rows));
    }

    private static long sum(Object row) {
        return sum(Collections.singletonList(row));
    }

    @Test
    void staysTheSameWhateverTheOrderAndTheBatchesAndTheLayout() {
        KINDS.forEach((name, kind) -> {
            for (long seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                List<Object> rows = rows(random, kind, random.nextInt(seed % 10 == 0 ? 2000 : 60));
                long expected = sum(rows);
                Collections.shuffle(rows, random);
                RowChecksums checksums = checksums();
                Layouts layouts = new Layouts(random);
                long inPieces = 0;
                long inSlices = 0;
                for (int from = 0; from < rows.size(); ) {
                    int to = from + 1 + random.nextInt(rows.size() - from);
                    ColumnBatch piece = batch(rows.subList(from, to));
                    inPieces += checksums.sum(3, piece);
                    int middle = random.nextInt(piece.rows() + 1);
                    inSlices += checksums.sum(3, layouts.anew(piece, 0, middle));
                    inSlices += checksums.sum(3, layouts.anew(piece, middle, piece.rows()));
                    from = to;
                }
                assertThat(inPieces).as("%s in pieces, seed %d", name, seed).isEqualTo(expected);
                assertThat(inSlices).as("%s in slices, seed %d", name, seed).isEqualTo(expected);
            }
        });
    }

    @Test
    void staysTheSameWhenBatchesAreJoinedColumnByColumn() {
        KINDS.forEach((name, kind) -> {
            Random random = new Random(7);
            List<Object> rows = rows(random, kind, 50);
            BatchBuilder joined = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
            long expected = 0;
            long left = 0;
            for (int from = 0; from < rows.size(); from += 10) {
                ColumnBatch piece = batch(rows.subList(from, from + 10));
                expected += checksums().sum(0, piece);
                left += joined.appendAll(piece) ? 0 : checksums().sum(0, piece);
            }
            assertThat(checksums().sum(0, joined.seal()) + left).as(name).isEqualTo(expected);
        });
    }

    @Test
    void changesWhenOneRowIsChangedDroppedDoubledOrMoved() {
        KINDS.forEach((name, kind) -> {
            for (long seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                List<Object> rows = rows(random, kind, 1 + random.nextInt(60));
                long before = sum(rows);
                int chosen = random.nextInt(rows.size());
                Object other = kind.apply(random);
                List<Object> changed = new ArrayList<>(rows);
                changed.set(chosen, other);
                boolean same = sum(other) == sum(rows.get(chosen));
                assertThat(sum(changed) == before)
                        .as("%s changed, seed %d", name, seed)
                        .isEqualTo(same);
                List<Object> dropped = new ArrayList<>(rows);
                dropped.remove(chosen);
                assertThat(sum(dropped)).as("%s dropped, seed %d", name, seed).isNotEqualTo(before);
                List<Object> doubled = new ArrayList<>(rows);
                doubled.add(rows.get(chosen));
                assertThat(sum(doubled)).as("%s doubled, seed %d", name, seed).isNotEqualTo(before);
                long moved = sum(dropped) + checksums().sum(4, batch(Collections.singletonList(rows.get(chosen))));
                assertThat(moved).as("%s moved, seed %d", name, seed).isNotEqualTo(before);
            }
        });
    }

    @Test
    void changesWhenTwoRowsSwapTheirValues() {
        long before = sum(List.of(Pair.of("a", 1), Pair.of("b", 2)));
        assertThat(sum(List.of(Pair.of("a", 2), Pair.of("b", 1)))).isNotEqualTo(before);
        assertThat(sum(List.of(Pair.of("b", 2), Pair.of("a", 1)))).isEqualTo(before);
        assertThat(sum(List.of(new Point(1, 2), new Point(3, 4))))
                .isNotEqualTo(sum(List.of(new Point(1, 4), new Point(3, 2))))
                .isNotEqualTo(sum(List.of(new Point(2, 1), new Point(3, 4))));
    }

    @Test
    void changesWithEveryByteOfAnArrayAndWithTheOrderOfItsWords() {
        long seed = 5;
        Random random = new Random(seed);
        for (int length = 1; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            Map<Long, String> seen = new HashMap<>();
            seen.put(sum(bytes), "as it was");
            for (int at = 0; at < length; at++) {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                String other = seen.put(sum(changed), "changed at " + at);
                assertThat(other)
                        .as("%d bytes changed at %d, seed %d", length, at, seed)
                        .isNull();
            }
            for (int first = 0; first + 16 <= length; first += 8) {
                for (int second = first + 8; second + 8 <= length; second += 8) {
                    byte[] swapped = bytes.clone();
                    System.arraycopy(bytes, first, swapped, second, 8);
                    System.arraycopy(bytes, second, swapped, first, 8);
                    String other = seen.put(sum(swapped), "swapped " + first + " and " + second);
                    assertThat(other)
                            .as("%d bytes, words at %d and %d, seed %d", length, first, second, seed)
                            .isNull();
                }
            }
        }
    }

    @Test
    void tellsValuesApartThatAreNotEqual() {
        List<Object> values = Arrays.asList(
                null,
                true,
                false,
                (byte) 1,
                (short) 1,
                (char) 1,
                1,
                1L,
                1f,
                1d,
                0,
                0L,
                0.0,
                -0.0,
                0f,
                -0f,
                Double.NaN,
                Float.NaN,
                "",
                "\0",
                "1",
                "12345678",
                "123456789",
                "a\ud800",
                Text.of(""),
                Text.of("1"),
                new byte[0],
                new byte[1],
                LocalDate.EPOCH,
                LocalTime.MIDNIGHT,
                LocalDate.EPOCH.atStartOfDay(),
                Instant.EPOCH,
                Duration.ZERO,
                Colour.RED,
                Light.RED,
                new Nothing(),
                new Nil(),
                new Point(1, 2),
                new Place(1, 2),
                new Point(2, 1),
                Pair.of(1, 2),
                Pair.of(2, 1),
                Pair.of(1, 2L),
                Pair.of(null, null),
                Pair.of(1, null),
                Pair.of(null, 1),
                Pair.of(Pair.of(1, 2), 3),
                Pair.of(1, Pair.of(2, 3)),
                Pair.of(new Point(1, 2), 3),
                List.of(),
                Optional.empty(),
                Collections.singletonList(null),
                List.of(1),
                List.of(1L),
                List.of(1, 1),
                List.of(List.of()),
                List.of(List.of(), List.of()),
                List.of(List.of(1), List.of()),
                List.of(List.of(), List.of(1)),
                Optional.of(1),
                Optional.of(List.of(1)),
                List.of(Optional.of(1)),
                new int[0],
                new long[0],
                new double[0],
                new int[] {1},
                new int[] {1, 0},
                new int[] {0, 1},
                new LinkedList<>(List.of(1)),
                new StringBuilder("a"),
                new HashMap<>(Map.of(1, 2)),
                UUID.randomUUID());
        Map<Long, Object> seen = new HashMap<>();
        for (Object value : values) {
            Object other = seen.put(sum(value), value == null ? "null" : value);
            assertThat(other).as("has the sum of %s", value).isNull();
        }
    }

    @Test
    void takesEveryNanForTheSame() {
        double odd = Double.longBitsToDouble(0x7ff0_0000_0000_0001L);
        float oddFloat = Float.intBitsToFloat(0xffc0_1234);
        assertThat(sum(odd)).isEqualTo(sum(Double.NaN));
        assertThat(sum(oddFloat)).isEqualTo(sum(Float.NaN));
        assertThat(sum((Object) new double[] {odd})).isEqualTo(sum((Object) new double[] {Double.NaN}));
    }

    @Test
    void countsTheSameForRowsOfSeveralTargetsInOneBatch() {
        Random random = new Random(5);
        List<Object> rows = rows(random, KINDS.get("pairs"), 3000);
        int[] targets = random.ints(rows.size(), 0, 7).toArray();
        long expected = 0;
        for (int row = 100; row < 2900; row++) {
            expected += checksums().sum(targets[row], batch(Collections.singletonList(rows.get(row))));
        }
        assertThat(checksums().sum(batch(rows), 100, 2900, targets)).isEqualTo(expected);
    }

    @Test
    void spreadsSmallDifferencesOverAllBits() {
        int[] flips = new int[64];
        int tries = 4000;
        for (int value = 0; value < tries; value++) {
            long difference = sum(Pair.of((long) value, value)) ^ sum(Pair.of((long) value, value ^ 1));
            for (int bit = 0; bit < 64; bit++) {
                flips[bit] += (int) (difference >>> bit & 1);
            }
        }
        // Five standard deviations around a half.
        int slack = (int) (5 * Math.sqrt(tries) / 2);
        assertThat(java.util.Arrays.stream(flips).boxed()).allMatch(count -> Math.abs(count - tries / 2) < slack);
    }

    @Test
    void isTheSameInEveryProcessAndVersion() {
        // Executors of one application compare sums with one another. A change of these numbers is a change of the
        // protocol.
        assertThat(Long.toHexString(sum(List.of(Pair.of("word", 1L), Pair.of("other word", 2L)))))
                .isEqualTo("448c64810413c6b1");
        byte[] many = new byte[301];
        new Random(1).nextBytes(many);
        assertThat(Long.toHexString(sum((Object) many))).isEqualTo("f52a83fa62cb3814");
    }
}
