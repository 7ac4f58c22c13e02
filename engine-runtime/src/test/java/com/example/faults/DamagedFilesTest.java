package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Session;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that change or vanish behind the engine's back, and disks with no room. */
class DamagedFilesTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final Words WORDS = Words.random(300_000, 20_000);

    private interface Damage {
        void to(Path file) throws IOException;
    }

    @Test
    void writesAShuffleAgainWhoseFilesWereDamaged() throws Exception {
        try (Session session =
                session(TWO).config("quiver.shuffle.io.retryWait", "50ms").create()) {
            damaged(session, "flipped", DamagedFilesTest::flipAByte);
            damaged(session, "truncated", DamagedFilesTest::cutInHalf);
            damaged(session, "emptied", file -> Files.write(file, new byte[0]));
            damaged(session, "deleted", Files::delete);
        }
    }

    private void damaged(Session session, String how, Damage damage) throws Exception {
        Gate mapping = openGate("mapping-" + how);
        Keyed<String, Long> counts = WORDS.count(session, 4, mapping, openGate("reducing-" + how));
        assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
        assertThat(mapping.arrivals()).hasSize(4);
        List<Path> files = newestShuffleFiles("executor-0-0");
        assertThat(files).as(how + " files").isNotEmpty();
        for (Path file : files) {
            damage.to(file);
        }
        Map<String, Long> again = result(start(counts::collectAsMap));
        assertThat(again).as("counts from a shuffle that was " + how).isEqualTo(WORDS.expected());
        if (!how.equals("deleted")) {
            assertThat(mapping.arrivals())
                    .as("map tasks whose files were " + how)
                    .hasSizeBetween(5, 8);
        }
    }

    /** The files of the shuffle that was written last, on one executor. */
    private List<Path> newestShuffleFiles(String executor) throws IOException {
        try (Stream<Path> all = Files.walk(local)) {
            List<Path> files = all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(executor + "/shuffle/"))
                    .toList();
            Path newest = files.stream()
                    .map(Path::getParent)
                    .max((left, right) -> Integer.compare(number(left), number(right)))
                    .orElseThrow();
            return files.stream().filter(file -> file.startsWith(newest)).toList();
        }
    }

    private static int number(Path shuffle) {
        String name = shuffle.getFileName().toString();
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    private static void flipAByte(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (long position = bytes.length() / 4; position < bytes.length(); position += bytes.length() / 4) {
                bytes.seek(position);
                int old = bytes.read();
                bytes.seek(position);
                bytes.write(old ^ 0x10);
            }
        }
    }

    private static void cutInHalf(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() / 2);
        }
    }

    @Test
    void namesTheFolderAndTheBytesWhenTheDiskIsFull() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("small"))) {
            Path small = disk.folder();
            try (Session session = session("local-cluster[1,1,128]")
                    .config("quiver.local.dir", small.toString())
                    .config("quiver.task.maxFailures", "2")
                    .config("quiver.shuffle.chunk.targetBytes", "64k")
                    .create()) {
                Words many = Words.random(300_000, 1_000_000_000);
                Keyed<String, Long> counts = many.count(session, 2, openGate("mapping"), openGate("reducing"));
                assertThat(failure(start(counts::count)))
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageContaining("failed 2 times")
                        .hasMessageContaining("of shuffle data to " + small)
                        .hasMessageContaining("free there")
                        .hasMessageContaining("quiver.local.dir");
                assertThat(session.range(0, 100, 1, 2).count()).isEqualTo(100);
            }
            assertThat(Processes.contents(small)).isEmpty();
        }
    }
}
