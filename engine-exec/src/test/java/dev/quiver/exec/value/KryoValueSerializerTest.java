package dev.quiver.exec.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.function.MapFunction;
import dev.quiver.serializer.NotSerializable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KryoValueSerializerTest {
    private final KryoValueSerializer serializer =
            new KryoValueSerializer(KryoValueSerializerTest.class.getClassLoader());

    record Point(int x, Integer y, String name) {}

    enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green!";
            }
        }
    }

    static Stream<Object> equalValues() {
        TreeMap<String, Integer> descending = new TreeMap<>(Comparator.reverseOrder());
        descending.put("a", 1);
        descending.put("b", 2);
        EnumMap<Color, Object> colors = new EnumMap<>(Color.class);
        colors.put(Color.GREEN, new Point(1, 2, "p"));
        Map<String, Integer> map = new HashMap<>(Map.of("a", 1, "b", 2));
        return Stream.of(
                1,
                2L,
                (short) 3,
                (byte) 4,
                'c',
                1.5f,
                Double.NaN,
                true,
                "text",
                "\ud800 alone",
                new BigDecimal("1.500"),
                BigInteger.TEN,
                UUID.fromString("6c84fb90-12c4-11e1-840d-7b25c5ee775a"),
                URI.create("http://a/b?c"),
                Locale.GERMANY,
                Currency.getInstance("EUR"),
                StandardCharsets.UTF_8,
                Color.RED,
                Color.GREEN,
                DayOfWeek.FRIDAY,
                Optional.empty(),
                Optional.of("x"),
                OptionalInt.of(1),
                OptionalLong.of(2),
                OptionalDouble.of(3),
                Instant.MAX,
                LocalDate.MIN,
                LocalTime.MAX,
                LocalDateTime.MAX,
                Duration.ofNanos(-1),
                Period.ofDays(3),
                Year.of(5),
                YearMonth.of(5, 6),
                MonthDay.of(2, 29),
                ZoneId.of("Europe/Berlin"),
                ZoneOffset.MAX,
                ZonedDateTime.of(LocalDateTime.MIN.plusDays(2), ZoneOffset.UTC),
                OffsetDateTime.MAX,
                OffsetTime.MAX,
                new Date(5),
                new java.sql.Date(7),
                nanos(),
                TimeZone.getTimeZone("UTC"),
                new BitSet(8),
                new ArrayList<>(Arrays.asList(1, null, "a")),
                new LinkedList<>(List.of(1)),
                List.of(),
                List.of(1, 2),
                List.of(1, 2, 3, 4).subList(1, 3),
                Arrays.asList(1, null),
                Stream.of(1, null).toList(),
                new ArrayList<>(List.of(1, 2, 3)).subList(1, 2),
                Collections.emptyList(),
                Collections.singletonList(null),
                Collections.nCopies(3, "a"),
                Collections.unmodifiableList(new ArrayList<>(List.of(new Point(1, null, null)))),
                Collections.unmodifiableList(new LinkedList<>(List.of(1))),
                Collections.synchronizedList(new ArrayList<>(List.of(1))),
                new HashSet<>(List.of(1, 2)),
                new LinkedHashSet<>(List.of(3, 1)),
                new TreeSet<>(List.of(2, 1)),
                Set.of(1, 2, 3),
                EnumSet.of(Color.RED),
                EnumSet.noneOf(Color.class),
                Collections.emptySet(),
                Collections.unmodifiableSet(new HashSet<>(List.of(new Point(1, 2, "a")))),
                Collections.unmodifiableSortedSet(new TreeSet<>(List.of(2, 1))),
                new ConcurrentSkipListSet<>(List.of(2)),
                new CopyOnWriteArrayList<>(List.of(1)),
                map,
                map.keySet(),
                map.entrySet(),
                new TreeMap<>(map).keySet(),
                new LinkedHashMap<>(map),
                new TreeMap<>(map),
                descending.descendingMap(),
                Map.of(),
                Map.of("a", 1),
                Map.of("a", 1, "b", 2),
                Map.entry("a", 1),
                new AbstractMap.SimpleEntry<>("k", 2),
                colors,
                new EnumMap<>(Color.class),
                Collections.unmodifiableMap(map),
                Collections.unmodifiableSortedMap(new TreeMap<>(map)),
                new ConcurrentHashMap<>(map),
                new ConcurrentSkipListMap<>(map),
                new Hashtable<>(map),
                Collections.singletonMap("a", null),
                new IdentityHashMap<>(),
                new Properties(),
                String.class,
                new Point(1, null, "n"),
                Pair.of(null, Pair.of(1, "b")),
                new Tagged("tag", List.of("a")),
                new Externalised(7),
                Collections.checkedList(new ArrayList<>(List.of("a")), String.class));
    }

    private static Object nanos() {
        java.sql.Timestamp time = new java.sql.Timestamp(5);
        time.setNanos(123_456_789);
        return time;
    }

    @ParameterizedTest
    @MethodSource("equalValues")
    void valuesComeBackEqual(Object value) {
        assertThat(serializer.read(serializer.write(value))).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("equalValues")
    void valuesComeBackEqualThroughStreams(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        serializer.write(value, bytes);
        assertThat(serializer.read(new ByteArrayInputStream(bytes.toByteArray())))
                .isEqualTo(value);
        assertThat(serializer.read(bytes.toByteArray())).as("the same bytes").isEqualTo(value);
    }

    @Test
    void whatAStreamCannotDoIsToldAsItIs() {
        IOException full = new IOException("no space");
        OutputStream disk = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw full;
            }
        };
        assertThatThrownBy(() -> serializer.write(new byte[200_000], disk)).isSameAs(full);
    }

    @Test
    void largeByteArraysOfEveryLengthComeBackAndLeaveNothingBehind() {
        for (int length : new int[] {(1 << 20) + 1, (1 << 21) - 2, (1 << 21) - 1, 1 << 21}) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            byte[] written = serializer.write(bytes);
            assertThat(written.length - length).isBetween(1, 16);
            assertThat((byte[]) serializer.read(written)).isEqualTo(bytes);
            assertThat(serializer.read(serializer.write("after"))).isEqualTo("after");
            assertThat((byte[]) serializer.read(written)).isEqualTo(bytes);
        }
    }

    @Test
    void valuesWithoutEqualsComeBackAlike() {
        assertThat(((AtomicLong) copy(new AtomicLong(5))).get()).isEqualTo(5);
        assertThat(((AtomicInteger) copy(new AtomicInteger(5))).get()).isEqualTo(5);
        assertThat(((AtomicBoolean) copy(new AtomicBoolean(true))).get()).isTrue();
        assertThat(((AtomicReference<?>) copy(new AtomicReference<>("a"))).get())
                .isEqualTo("a");
        assertThat(copy(new LongAdder()).toString()).isEqualTo("0");
        Pattern pattern = (Pattern) copy(Pattern.compile("a+", Pattern.CASE_INSENSITIVE));
        assertThat(pattern.matcher("AA").matches()).isTrue();
        assertThat((int[]) copy(new int[] {1, 2})).containsExactly(1, 2);
        assertThat((Object[]) copy(new Object[] {1, null, "a"})).containsExactly(1, null, "a");
        assertThat((long[][]) copy(new long[][] {{1}, {2, 3}})).isDeepEqualTo(new long[][] {{1}, {2, 3}});
        assertThat(new ArrayList<Object>((Collection<?>) copy(new HashMap<>(Map.of(1, 2)).values())))
                .containsExactly(2);
        assertThat(new ArrayList<Object>((Collection<?>) copy(new ArrayDeque<>(List.of(1, 2)))))
                .containsExactly(1, 2);
        assertThat(((PriorityQueue<?>) copy(new PriorityQueue<>(List.of(3, 1)))).peek())
                .isEqualTo(1);
        assertThat(copy(new StringBuilder("abc")).toString()).isEqualTo("abc");
        assertThat(((Random) copy(new Random(5))).nextInt()).isEqualTo(new Random(5).nextInt());
        assertThat(copy(null)).isNull();
        Throwable thrown = (Throwable) copy(new IllegalStateException("why", new RuntimeException("cause")));
        assertThat(thrown).hasMessage("why").hasRootCauseMessage("cause");
    }

    @Test
    void lambdasAndCapturedVariablesKeepTheirState() throws Exception {
        int captured = Integer.parseInt("41");
        MapFunction<Integer, Integer> lambda = value -> value + captured;
        @SuppressWarnings("unchecked")
        MapFunction<Integer, Integer> copied = (MapFunction<Integer, Integer>) copy(lambda);
        assertThat(copied.call(1)).isEqualTo(42);
        assertThat(copy(capturing(captured)).toString()).isEqualTo("42");
    }

    private static Object capturing(int captured) {
        return new Object() {
            @Override
            public String toString() {
                return String.valueOf(captured + 1);
            }
        };
    }

    @Test
    void cyclesAndSharedObjectsSurvive() {
        Node first = new Node();
        first.next = new Node();
        first.next.next = first;
        Node copied = (Node) copy(first);
        assertThat(copied.next.next).isSameAs(copied);
    }

    @Test
    void namesTheClassAndTheFieldPathOfWhatCannotTravel() {
        Holder holder = new Holder();
        holder.inner.thread = Thread.currentThread();
        assertThatThrownBy(() -> serializer.write(holder))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("Holder")
                .hasMessageContaining("java.lang.Thread")
                .hasMessageContaining("inner.thread");
    }

    @Test
    void aChainTooDeepForTheStackIsAnErrorAndTheSerializerWorksOn() {
        Node chain = new Node();
        for (int depth = 0; depth < 200_000; depth++) {
            Node outer = new Node();
            outer.next = chain;
            chain = outer;
        }
        Node deep = chain;
        assertThatThrownBy(() -> serializer.write(deep))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("nested too deeply");
        assertThat(copy("after")).isEqualTo("after");
    }

    @Test
    void refusesValuesLargerThanItsBoundAndDamagedBytes() {
        KryoValueSerializer small = new KryoValueSerializer(getClass().getClassLoader(), 1000);
        assertThatThrownBy(() -> small.write(new byte[2000]))
                .isInstanceOf(NotSerializable.class)
                .hasMessageContaining("more than 1000 bytes");
        assertThatThrownBy(() -> small.read(new byte[] {99, 1, 2})).isInstanceOf(NotSerializable.class);
    }

    @Test
    void manyThreadsMayUseItAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int number = thread;
                results.add(threads.submit(() -> {
                    for (int round = 0; round < 500; round++) {
                        Object value = new Point(number, round, "p" + round);
                        if (!copy(value).equals(value)) {
                            return false;
                        }
                    }
                    return true;
                }));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Object copy(Object value) {
        return serializer.read(serializer.write(value));
    }

    static final class Node {
        Node next;
    }

    static final class Inner {
        Thread thread;
    }

    static final class Holder {
        final Inner inner = new Inner();
    }

    /** A list with a field of its own, which a serializer of elements would lose. */
    static final class Tagged extends ArrayList<String> {
        private static final long serialVersionUID = 1;
        private final String tag;

        Tagged(String tag, List<String> elements) {
            super(elements);
            this.tag = tag;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tagged tagged && tagged.tag.equals(tag) && super.equals(other);
        }

        @Override
        public int hashCode() {
            return tag.hashCode();
        }
    }

    /** Restores what is transient in {@code readObject}. */
    static final class Externalised implements Serializable {
        private static final long serialVersionUID = 1;
        private transient int value;

        Externalised(int value) {
            this.value = value;
        }

        private void writeObject(java.io.ObjectOutputStream out) throws java.io.IOException {
            out.writeInt(value);
        }

        private void readObject(java.io.ObjectInputStream in) throws java.io.IOException {
            value = in.readInt();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Externalised same && same.value == value;
        }

        @Override
        public int hashCode() {
            return value;
        }
    }
}
