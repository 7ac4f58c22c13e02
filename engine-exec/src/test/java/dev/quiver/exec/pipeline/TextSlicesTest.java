package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines as slices, and counting of words in them and in strings: interpreted, compiled and in turns. */
class TextSlicesTest {
    private static final ReduceFunction<Object> SUM = (left, right) -> (Long) left + (Long) right;

    private final Stages stages = new Stages();

    @TempDir
    Path folder;

    private Lineage text(Path file, boolean slices, long... bounds) throws IOException {
        long size = Files.size(file);
        List<FileSplit> splits = new ArrayList<>();
        long from = 0;
        for (long bound : bounds) {
            splits.add(new FileSplit(file.toString(), from, bound - from, false));
            from = bound;
        }
        splits.add(new FileSplit(file.toString(), from, size - from, false));
        return stages.node(new Op.TextFile(splits, slices), splits.size());
    }

    @Test
    void everySplitOffsetGivesExactlyTheSameSlices() throws Exception {
        byte[] bytes =
                "first\n\n\r\nwith\rreturn\r\nwide ä€\ud83d\ude00\n\r\n\nno end\r".getBytes(StandardCharsets.UTF_8);
        bytes[2] = (byte) 0xC3;
        Path file = Files.write(folder.resolve("tricky.txt"), bytes);
        List<Object> expected = List.of(
                Text.wrap(bytes, 0, 5),
                Text.of(""),
                Text.of(""),
                Text.of("with\rreturn"),
                Text.of("wide ä€\ud83d\ude00"),
                Text.of(""),
                Text.of(""),
                Text.of("no end\r"));
        for (long compileAfter : new long[] {0, Long.MAX_VALUE}) {
            stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(compileAfter);
            for (int first = 0; first <= bytes.length; first++) {
                for (int second = first; second <= bytes.length; second += 5) {
                    Lineage lines = stages.flatMap(text(file, true, first, second), line -> List.of(line));
                    assertThat(stages.collect(lines))
                            .as("split at %d and %d", first, second)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void slicesThatAreKeptStayAsTheyWere() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            while (text.length() < 1_500_000) {
                String line = "y".repeat(random.nextInt(200) == 0 ? random.nextInt(600_000) : random.nextInt(90))
                        + expected.size();
                expected.add(line);
                text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
            }
            Path file = Files.writeString(folder.resolve("kept" + seed), text);
            long[] bounds = random.longs(2, 0, text.length()).sorted().toArray();
            assertThat(kept(text(file, true, bounds)).equals(expected))
                    .as("seed %d", seed)
                    .isTrue();
            Path compressed = folder.resolve("kept" + seed + ".gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
                Files.copy(file, out);
            }
            FileSplit whole = new FileSplit(compressed.toString(), 0, Files.size(compressed), true);
            assertThat(kept(stages.node(new Op.TextFile(List.of(whole), true), 1))
                            .equals(expected))
                    .as("seed %d, gzip", seed)
                    .isTrue();
        }
    }

    /** The lines, all of which are held before the first is looked at. */
    private List<String> kept(Lineage text) throws Exception {
        Lineage lines = stages.mapPartitions(text, (partition, rows) -> {
            List<Object> kept = new ArrayList<>();
            rows.forEachRemaining(kept::add);
            return kept.iterator();
        });
        return stages.collect(lines).stream().map(Object::toString).toList();
    }

    @Test
    void slicesAreSavedByteByByte() throws Exception {
        byte[] bytes = {'a', (byte) 0xFF, ' ', (byte) 0xC3, '\n', '\n', 'z', '\n'};
        Path file = Files.write(folder.resolve("odd.txt"), bytes);
        Files.createDirectory(folder.resolve("out"));
        Files.createDirectory(folder.resolve("tmp"));
        stages.run(
                text(file, true),
                new Action.SaveText(
                        folder.resolve("out").toString(), folder.resolve("tmp").toString()),
                0);
        assertThat(folder.resolve("out/part-00000")).hasBinaryContent(bytes);
    }

    @Test
    void aLineTooLongIsAnErrorThatSaysWhere() throws Exception {
        stages.settings = new PipelineSettings(1000, 1000, 100);
        Path file = Files.writeString(folder.resolve("huge"), "short\n" + "x".repeat(101) + "\n");
        assertThatThrownBy(() -> stages.collect(text(file, true)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("byte 6 of")
                .hasMessageContaining("longer than 100 bytes");
    }

    /** Lines of words of all lengths, with empty ones, wide ones and (for slices) some that are no UTF-8. */
    private byte[] lines(Random random, int count, int vocabulary, boolean valid) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int line = 0; line < count; line++) {
            int words = random.nextInt(12);
            for (int word = 0; word < words; word++) {
                int number = random.nextInt(1 + random.nextInt(vocabulary));
                String text =
                        "ab€".repeat(number % 7) + (number % 5 == 0 ? "" : number) + (number % 11 == 0 ? "ä" : "");
                out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                if (!valid && number % 13 == 0) {
                    out.write(0xE2);
                }
                out.write(' ');
            }
            out.writeBytes((random.nextInt(3) == 0 ? "end\r\n" : "\n").getBytes(StandardCharsets.UTF_8));
            if (random.nextInt(count) < 2) {
                out.writeBytes(
                        ("w".repeat(random.nextBoolean() ? 70_000 : 3000) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static Map<Object, Object> expected(byte[] file, boolean slices) {
        Map<Object, Object> counts = new HashMap<>();
        String latin = new String(file, StandardCharsets.ISO_8859_1);
        for (String line : latin.split("\r?\n", -1)) {
            for (String word : line.split(" ")) {
                byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
                Object key = slices ? Text.wrap(bytes, 0, bytes.length) : new String(bytes, StandardCharsets.UTF_8);
                counts.merge(key, 1L, (left, right) -> (Long) left + (Long) right);
            }
        }
        // Behind the last line end there is no line.
        Object empty = slices ? Text.of("") : "";
        if (!counts.remove(empty, 1L)) {
            counts.merge(empty, -1L, (left, right) -> (Long) left + (Long) right);
        }
        return counts;
    }

    private static Iterable<?> split(Object line) {
        return line instanceof Text text ? text.split(' ') : Arrays.asList(((String) line).split(" "));
    }

    private void counts(byte[] bytes, boolean slices, PipelineSettings settings, String what) throws Exception {
        FlatMapFunction<Object, Object> split = TextSlicesTest::split;
        counts(bytes, slices, settings, split, word -> Pair.of(word, 1L), what);
    }

    private void counts(
            byte[] bytes,
            boolean slices,
            PipelineSettings settings,
            FlatMapFunction<Object, Object> split,
            MapFunction<Object, Object> pair,
            String what)
            throws Exception {
        stages.settings = settings;
        Path file = Files.write(folder.resolve("words"), bytes);
        Lineage lines = text(file, slices, bytes.length / 3, bytes.length / 2);
        Lineage pairs = stages.map(stages.flatMap(lines, split), pair);
        Lineage sums = stages.aggregate(pairs, new HashPartitioner(3), new Aggregation.Reduce(SUM));
        Map<Object, Object> found = new HashMap<>();
        for (Object row : stages.collect(sums)) {
            assertThat(found.put(Stages.key(row), Stages.value(row)))
                    .as("%s: %s came twice", what, Stages.key(row))
                    .isNull();
        }
        assertThat(found.equals(expected(bytes, slices))).as(what).isTrue();
    }

    @Test
    void countingWordsAgreesWithAHashMapHoweverItRuns() throws Exception {
        for (int seed = 0; seed < 3; seed++) {
            for (boolean slices : new boolean[] {true, false}) {
                byte[] bytes = lines(new Random(seed), 9000, seed == 0 ? 30 : 20_000, !slices);
                for (long compileAfter : new long[] {0, 3000, Long.MAX_VALUE}) {
                    // Few groups are handed on in the middle of a batch again and again.
                    for (int groups : new int[] {1 << 20, 100}) {
                        PipelineSettings settings =
                                new PipelineSettings(1 << 20, groups, 1 << 20).compileAfterRows(compileAfter);
                        counts(
                                bytes,
                                slices,
                                settings,
                                "seed " + seed + ", slices " + slices + ", compiled after " + compileAfter + ", groups "
                                        + groups);
                    }
                }
            }
        }
    }

    @Test
    void keysThatAreMadeAnewAreCountedLikeThoseThatAreCutOut() throws Exception {
        byte[] bytes = lines(new Random(5), 9000, 500, true);
        PipelineSettings settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
        counts(bytes, true, settings, TextSlicesTest::split, word -> Pair.of(((Text) word).copy(), 1L), "copies");
        FlatMapFunction<Object, Object> every = TextSlicesTest::split;
        counts(bytes, true, settings, every, word -> Pair.of(Text.of(word.toString()), 1L), "from strings");
        counts(bytes, false, settings, every, word -> Pair.of(new String((String) word), 1L), "strings");
    }

    @Test
    void rowsOfOtherShapesAmongThemAreNeitherLostNorDoubled() throws Exception {
        Random random = new Random(6);
        byte[] bytes = lines(random, 6000, 300, true);
        for (boolean slices : new boolean[] {true, false}) {
            for (int odd : new int[] {2, 1000}) {
                stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
                Path file = Files.write(folder.resolve("mixed"), bytes);
                Lineage words = stages.flatMap(text(file, slices, 5000), TextSlicesTest::split);
                Lineage pairs = stages.map(words, new Odd(odd));
                Lineage sums = stages.aggregate(pairs, new HashPartitioner(3), new Aggregation.Reduce(Odd::sum));
                Map<Object, Object> found = new HashMap<>();
                for (Object row : stages.collect(sums)) {
                    Object key = Stages.key(row) == null ? "none" : Stages.key(row);
                    assertThat(found.put(key, Odd.number(Stages.value(row)))).isNull();
                }
                Map<Object, Object> expected = new HashMap<>();
                MapFunction<Object, Object> pair = new Odd(odd);
                for (Map.Entry<Object, Object> entry : expected(bytes, slices).entrySet()) {
                    Object made = Stages.key(pair.call(entry.getKey()));
                    expected.merge(made == null ? "none" : made, entry.getValue(), Odd::sum);
                }
                assertThat(found.equals(expected))
                        .as("seed 6, slices %s, every %d. odd", slices, odd)
                        .isTrue();
            }
        }
    }

    /** Every so many words it makes an int, a key of another class, or a null key. */
    private record Odd(int every) implements MapFunction<Object, Object> {
        @Override
        public Object call(Object word) {
            int hash = word.toString().hashCode() & Integer.MAX_VALUE;
            if (hash % every != 0) {
                return Pair.of(word, 1L);
            }
            return switch (hash / every % 4) {
                case 0 -> Pair.of(word, 1);
                case 1 -> Pair.of(word.toString().length(), 1L);
                case 2 -> Pair.of(null, 1L);
                default -> Pair.of(word instanceof Text ? word.toString() : Text.of((String) word), 1L);
            };
        }

        /** A long for longs; what comes from ints stays odd. */
        static Object sum(Object left, Object right) {
            return number(left) + number(right);
        }

        static long number(Object value) {
            return ((Number) value).longValue();
        }
    }
}
