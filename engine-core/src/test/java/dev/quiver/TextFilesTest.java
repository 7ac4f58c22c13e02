package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.FileSplit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
    private static final CallSite SITE = new CallSite("textFile", "here");

    @TempDir
    Path folder;

    private Session session;

    @BeforeEach
    void open() {
        session = Session.builder().master("fake[4]").create();
    }

    @AfterEach
    void close() {
        session.close();
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private List<String> names(String paths) {
        return TextInput.list(paths, SITE).stream()
                .map(file -> folder.relativize(Path.of(file.path())).toString())
                .toList();
    }

    @Test
    void listsFoldersGlobsAndCommasInAFixedOrder() throws IOException {
        write("in/b.txt", "b");
        write("in/a.txt", "a");
        write("in/_SUCCESS", "");
        write("in/.crc", "x");
        write("more/2024/c.txt", "c");
        write("more/2025/d.log", "d");
        write("odd,name [1].txt", "e");
        assertThat(names(folder + "/in")).containsExactly("in/a.txt", "in/b.txt");
        assertThat(names(folder + "/more/*/*.txt," + folder + "/in/a*")).containsExactly("more/2024/c.txt", "in/a.txt");
        assertThat(names(folder + "/more/*")).containsExactly("more/2024/c.txt", "more/2025/d.log");
        assertThat(names(folder + "/more/{2024,2025}/*")).hasSize(2);
        assertThat(names(folder + "/**.txt")).hasSize(4);
        assertThat(names(folder + "/odd,name [1].txt")).containsExactly("odd,name [1].txt");
        assertThat(names("file://" + folder + "/in")).hasSize(2);
        assertThat(names(folder + "/in/../more/./20*")).containsExactly("more/2024/c.txt", "more/2025/d.log");
    }

    @Test
    void namesWhatIsMissingOrCannotBeRead() throws IOException {
        write("in/sub/x.txt", "x");
        write("zip/x.bz2", "x");
        assertThatThrownBy(() -> session.textFile(folder + "/nothing"))
                .isInstanceOf(UsageException.class)
                .hasMessageMatching("textFile at TextFilesTest.*: there is no file or folder '" + folder
                        + "/nothing'; check the path");
        assertThatThrownBy(() -> session.textFile(folder + "/*.csv")).hasMessageContaining("nothing matches");
        assertThatThrownBy(() -> session.textFile(folder + "/in")).hasMessageContaining("contains the folder 'sub'");
        assertThatThrownBy(() -> session.textFile(folder + "/zip")).hasMessageContaining("compressed as .bz2");
        assertThatThrownBy(() -> session.textFile("s3://bucket/x")).hasMessageContaining("only files on disks");
        assertThatThrownBy(() -> session.textFile(" ")).hasMessageContaining("no path was given");
    }

    @Test
    void splitsLargeFilesAndAtLeastAsOftenAsAsked() {
        List<TextInput.File> files = List.of(
                new TextInput.File("/a", 1000, false), new TextInput.File("/b.gz", 5000, true),
                new TextInput.File("/c", 0, false), new TextInput.File("/d", 105, false));
        assertThat(FileSplits.of(files, 1, 100))
                .hasSize(12)
                .contains(
                        new FileSplit("/a", 900, 100, false),
                        new FileSplit("/b.gz", 0, 5000, true),
                        new FileSplit("/d", 0, 105, false));
        for (int asked = 1; asked < 60; asked++) {
            List<FileSplit> splits = FileSplits.of(List.of(new TextInput.File("/a", 1000, false)), asked, 1 << 20);
            assertThat(splits).hasSizeGreaterThanOrEqualTo(asked);
            assertThat(splits.stream().mapToLong(FileSplit::length).sum()).isEqualTo(1000);
        }
    }

    @Test
    void readsEveryLineOnceHoweverTheFileIsSplit() throws IOException {
        String text = String.join(
                "\n", IntStream.range(0, 300).mapToObj(n -> "line " + n).toList());
        write("in/lines.txt", text);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("in/more.gz")))) {
            out.write("zipped\n".getBytes(StandardCharsets.UTF_8));
        }
        Dataset<String> lines = session.textFile(folder + "/in", 7);
        assertThat(lines.partitionCount()).isGreaterThanOrEqualTo(7);
        assertThat(lines.count()).isEqualTo(301);
        assertThat(lines.distinct().count()).isEqualTo(301);
        assertThat(lines.shape()).hasToString("string");
    }

    @Test
    void savesPartsAndPublishesAManifestLast() throws IOException {
        Path out = folder.resolve("out");
        session.range(0, 5, 1, 2).saveAsTextFile(out.toString());
        assertThat(Files.readString(out.resolve("part-00001"))).isEqualTo("2\n3\n4\n");
        assertThat(Files.readString(out.resolve("_SUCCESS"))).isEqualTo("part-00000\t4\t2\npart-00001\t6\t3\n");
        assertThat(out.resolve("_temporary")).doesNotExist();
        assertThatThrownBy(() -> session.range(3).saveAsTextFile(out.toString()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'" + out + "' exists already");
        assertThat(session.textFile(out.toString()).count()).isEqualTo(5);
    }

    @Test
    void removesWhatAFailedJobWrote() {
        Path out = folder.resolve("out");
        assertThatThrownBy(() -> session.range(0, 5, 1, 5)
                        .map(n -> {
                            if (n == 2) {
                                throw new IOException("no disk");
                            }
                            return n;
                        })
                        .saveAsTextFile(out.toString()))
                .isInstanceOf(JobFailedException.class);
        assertThat(out).doesNotExist();
    }

    @Test
    void doesNotPublishAPartThatIsNotWhatItsTaskReported() {
        Path out = folder.resolve("out");
        String path = out.toString();
        Dataset<String> rows = session.parallelize(List.of("a", "b"), 2).map(row -> {
            // Partition 1 runs first here; partition 0 then damages what it published.
            if (row.equals("a")) {
                Files.writeString(Path.of(path, "part-00001"), "damaged");
            }
            return row;
        });
        assertThatThrownBy(() -> rows.saveAsTextFile(path))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("'part-00001' has 7 bytes, but its task wrote 2");
        assertThat(out).doesNotExist();
    }
}
