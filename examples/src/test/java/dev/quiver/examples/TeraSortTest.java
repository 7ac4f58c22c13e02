package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.QuiverException;
import dev.quiver.Session;
import dev.quiver.examples.TeraSort.Summary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeraSortTest {
    @TempDir
    Path folder;

    @Test
    void aRecordTakesAHundredBytesWithItsLineEnd() {
        for (long row : new long[] {0, 1, 9_999_999_998L}) {
            assertThat((TeraSort.record(row, 3) + "\n").getBytes(StandardCharsets.UTF_8))
                    .hasSize(100);
        }
        assertThat(TeraSort.record(1, 3)).isEqualTo(TeraSort.record(1, 3)).isNotEqualTo(TeraSort.record(2, 3));
    }

    @Test
    void generatesSortsAndValidates() throws Exception {
        String input = folder.resolve("input").toString();
        String sorted = folder.resolve("sorted").toString();

        RunExample.output(TeraSort::main, "generate", "2000", input, "--partitions", "3", "--seed", "9");
        RunExample.output(TeraSort::main, "sort", input, sorted, "--partitions", "4");

        List<String> records = LongStream.range(0, 2000)
                .mapToObj(row -> TeraSort.record(row, 9))
                .toList();
        assertThat(RunExample.saved(Path.of(input))).isEqualTo(records);
        assertThat(RunExample.saved(Path.of(sorted)))
                .isEqualTo(records.stream()
                        .sorted(Comparator.comparing(TeraSort::key))
                        .toList());
        assertThat(RunExample.output(TeraSort::main, "validate", sorted, input))
                .singleElement()
                .asString()
                .matches("sorted: 2000 records, checksum [0-9a-f]{16}, the same as the input");
        assertThatThrownBy(() -> RunExample.output(TeraSort::main, "validate", input))
                .isInstanceOf(QuiverException.class)
                .hasMessageMatching("not sorted: \\d+ of 2000 records have a smaller key than the record before them");
    }

    @Test
    void noticesALostAndAChangedRecord() {
        List<String> records = LongStream.range(0, 100)
                .mapToObj(row -> TeraSort.record(row, 9))
                .toList();
        try (Session session = RunExample.session()) {
            Summary all = TeraSort.summary(session.parallelize(records, 3));
            Summary lost = TeraSort.summary(TeraSort.sort(session.parallelize(records.subList(1, 100), 3), 2));
            Summary changed = TeraSort.summary(
                    TeraSort.sort(session.parallelize(records, 3).map(line -> line.replace("000042", "000043")), 2));

            assertThatThrownBy(() -> TeraSort.validate(lost, all))
                    .isInstanceOf(QuiverException.class)
                    .hasMessageStartingWith("not the records of the input: 99 records, checksum ");
            assertThatThrownBy(() -> TeraSort.validate(changed, all))
                    .isInstanceOf(QuiverException.class)
                    .hasMessageStartingWith("not the records of the input: 100 records, checksum ");
        }
    }

    @Test
    void seesDisorderBetweenPartitionsThatAreEachInOrder() {
        try (Session session = RunExample.session()) {
            Summary summary = TeraSort.summary(session.parallelize(List.of("c", "d", "a", "b"), 2));

            assertThat(summary.disorder()).isEqualTo(1);
        }
    }

    @Test
    void validatesAnEmptyFolder() throws Exception {
        String input = folder.resolve("nothing").toString();
        RunExample.output(TeraSort::main, "generate", "0", input);

        assertThat(RunExample.output(TeraSort::main, "validate", input))
                .containsExactly("sorted: 0 records, checksum 0000000000000000");
    }
}
