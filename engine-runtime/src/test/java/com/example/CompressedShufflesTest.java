package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shuffles between executor processes under every setting of {@code quiver.shuffle.compress}. */
class CompressedShufflesTest {
    private static final int ROWS = 200_000;
    private static final int LZ4_FRAME = 0x184D2204;
    private static final int ZSTD_FRAME = 0xFD2FB528;

    @TempDir
    Path folder;

    @Test
    void aCodecThatIsAskedForIsInTheFilesAndChangesNoAnswer() throws Exception {
        List<byte[]> lz4 = run("lz4");
        assertThat(lz4).anyMatch(file -> contains(file, LZ4_FRAME));
        List<byte[]> zstd = run("zstd");
        assertThat(zstd).anyMatch(file -> contains(file, ZSTD_FRAME));
        List<byte[]> auto = run("auto");
        assertThat(auto)
                .as("readers are on the same host")
                .noneMatch(file -> contains(file, LZ4_FRAME) || contains(file, ZSTD_FRAME));
        assertThat(bytes(lz4)).isLessThan(bytes(auto) * 4 / 5);
        assertThat(bytes(zstd)).isLessThan(bytes(lz4));
    }

    /** Counts and sorts; returns the shuffle files of all executors. */
    private List<byte[]> run(String compress) throws Exception {
        Path local = Files.createDirectory(folder.resolve(compress));
        try (Session session = Session.builder()
                .appName("compress-" + compress)
                .master("local-cluster[2,1,450]")
                .config("quiver.local.dir", local.toString())
                .config("quiver.shuffle.compress", compress)
                .create()) {
            Keyed<String, Long> counts = session.range(0, ROWS, 1, 4)
                    .mapToPair(row -> Pair.of("customer number " + row % 50_000, 1L))
                    .reduceByKey(Long::sum, 3);
            Map<String, Long> expected = new HashMap<>();
            for (long row = 0; row < ROWS; row++) {
                expected.merge("customer number " + row % 50_000, 1L, Long::sum);
            }
            assertThat(counts.collectAsMap()).as(compress).isEqualTo(expected);
            Keyed<Long, String> notes = session.range(0, ROWS, 1, 4)
                    .mapToPair(row -> Pair.of(ROWS - row, "note " + row))
                    .sortByKey();
            List<Pair<Long, String>> sorted = notes.collect();
            assertThat(sorted).hasSize(ROWS);
            for (int row = 0; row < ROWS; row++) {
                assertThat(sorted.get(row)).isEqualTo(Pair.of(row + 1L, "note " + (ROWS - row - 1)));
            }
            List<byte[]> files = shuffleFiles(local);
            // The files of datasets that nobody holds any more may be gone already.
            Reference.reachabilityFence(counts);
            Reference.reachabilityFence(notes);
            return files;
        }
    }

    private static List<byte[]> shuffleFiles(Path local) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(local)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/shuffle/"))
                    .toList()) {
                files.add(Files.readAllBytes(file));
            }
        }
        assertThat(files).isNotEmpty();
        return files;
    }

    /** Frames start at multiples of 8, behind the length of what is in them. */
    private static boolean contains(byte[] file, int magic) {
        ByteBuffer view = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 8; at + 4 <= file.length; at += 8) {
            if (view.getInt(at) == magic) {
                return true;
            }
        }
        return false;
    }

    private static long bytes(List<byte[]> files) {
        return files.stream().mapToLong(file -> file.length).sum();
    }
}
