package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.lineage.FileSplit;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
    private static final String TRICKY =
            "first\n\n\r\nwith\rreturn\r\nwide ä€\ud83d\ude00\n\ttab\r\n\r\n\nlonger than the others are by far\r\nno end\r";

    private final Stages stages = new Stages();

    @TempDir
    Path folder;

    @Test
    void everySplitOffsetGivesExactlyTheSameLines() throws Exception {
        byte[] bytes = TRICKY.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("tricky.txt"), bytes);
        List<Object> expected = List.of(
                "first",
                "",
                "",
                "with\rreturn",
                "wide ä€\ud83d\ude00",
                "\ttab",
                "",
                "",
                "longer than the others are by far",
                "no end\r");
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertThat(lines(file, first, second))
                        .as("split at %d and %d", first, second)
                        .isEqualTo(expected);
            }
        }
        Files.write(file, (TRICKY + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(lines(file, 7, 20)).hasSize(10).endsWith("no end");
    }

    private List<Object> lines(Path file, long... bounds) throws IOException, Exception {
        long size = Files.size(file);
        List<FileSplit> splits = new ArrayList<>();
        long from = 0;
        for (long bound : bounds) {
            splits.add(new FileSplit(file.toString(), from, bound - from, false));
            from = bound;
        }
        splits.add(new FileSplit(file.toString(), from, size - from, false));
        return stages.collect(text(splits));
    }

    private Lineage text(List<FileSplit> splits) {
        return stages.node(new Op.TextFile(splits), splits.size());
    }

    @Test
    void linesLongerThanTheBufferComeWholeWhereverTheyAreSplit() throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<Object> expected = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int line = 0; line < 20; line++) {
                String value = "x".repeat(random.nextInt(random.nextBoolean() ? 20 : 600_000)) + line;
                expected.add(value);
                text.append(value).append(random.nextBoolean() ? "\n" : "\r\n");
            }
            Path file = Files.writeString(folder.resolve("long" + seed), text);
            long[] bounds = random.longs(3, 0, text.length()).sorted().toArray();
            assertThat(lines(file, bounds)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void gzipIsReadWholeWithAllItsMembersAndDamageIsNamed() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(gzip("one\ntwo"));
        bytes.write(gzip(" joined\nthree\n"));
        bytes.write(gzip("y".repeat(300_000) + "\n"));
        Path file = Files.write(folder.resolve("text.gz"), bytes.toByteArray());
        Lineage text = text(List.of(new FileSplit(file.toString(), 0, Files.size(file), true)));
        assertThat(stages.collect(text))
                .startsWith("one", "two joined", "three")
                .hasSize(4);
        Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
        assertThatThrownBy(() -> stages.collect(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("text.gz");
        Files.writeString(file, "no gzip at all");
        assertThatThrownBy(() -> stages.collect(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("text.gz");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void malformedBytesAreReplacedAndEmptyFilesHaveNoLines() throws Exception {
        Path file = Files.write(folder.resolve("bad"), new byte[] {'a', (byte) 0xFF, 'b', '\n', (byte) 0xC3});
        assertThat(lines(file)).containsExactly("a\ufffdb", "\ufffd");
        assertThat(lines(Files.createFile(folder.resolve("empty")))).isEmpty();
    }

    @Test
    void aLineTooLongAndAMissingFileAreErrorsThatSayWhere() throws Exception {
        stages.settings = new PipelineSettings(1000, 1000, 100);
        Path file = Files.writeString(folder.resolve("huge"), "short\n" + "x".repeat(101) + "\n");
        assertThatThrownBy(() -> lines(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("byte 6 of")
                .hasMessageContaining("longer than 100 bytes");
        Lineage missing = text(List.of(new FileSplit(folder.resolve("none").toString(), 0, 10, false)));
        assertThatThrownBy(() -> stages.collect(missing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is missing on this machine");
    }
}
