package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.examples.LogAnalysis.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogAnalysisTest {
    @TempDir
    Path folder;

    @Test
    void readsTheCommonAndTheCombinedFormat() {
        assertThat(LogAnalysis.parse("h - u [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.0\" 200 2326"))
                .containsExactly(new Request("h", 13, "GET /a HTTP/1.0", 200, 2326));
        assertThat(LogAnalysis.parse("h - - [10/Oct/2000:00:55:36 +0000] \"GET /\" 304 - \"http://r\" \"agent\""))
                .containsExactly(new Request("h", 0, "GET /", 304, 0));
        assertThat(LogAnalysis.parse("")).isEmpty();
        assertThat(LogAnalysis.parse("h - - [10/Oct/2000] \"GET /\" 200 1")).isEmpty();
    }

    @Test
    void answersAsPlainJavaDoes() {
        List<String> log = LongStream.range(0, 5000)
                .mapToObj(index -> LogAnalysis.randomLine(index, 5))
                .toList();
        List<Request> expected =
                log.stream().flatMap(line -> LogAnalysis.parse(line).stream()).toList();
        assertThat(expected).hasSizeBetween(4800, 4999);

        try (Session session = RunExample.session()) {
            Dataset<Request> requests =
                    LogAnalysis.requests(session.parallelize(log, 3)).cache();

            assertThat(requests.collect()).isEqualTo(expected);
            assertThat(LogAnalysis.byStatus(requests).collectAsMap())
                    .isEqualTo(
                            expected.stream().collect(Collectors.groupingBy(Request::status, Collectors.counting())));
            assertThat(LogAnalysis.bytesByHour(requests).collectAsMap())
                    .isEqualTo(expected.stream()
                            .collect(Collectors.groupingBy(Request::hour, Collectors.summingLong(Request::bytes))));
            assertThat(LogAnalysis.topHosts(requests, 5)).isEqualTo(topHosts(expected, 5));
        }
    }

    @Test
    void printsItsAnswersForAFolderOfLogs() throws Exception {
        Files.writeString(folder.resolve("a.log"), "h - - [10/Oct/2000:07:00:00 +0000] \"GET /\" 200 10\n");
        Files.writeString(folder.resolve("b.log"), "h - - [10/Oct/2000:07:30:00 +0000] \"GET /\" 404 5\nbroken\n");

        assertThat(RunExample.output(LogAnalysis::main, folder.toString()))
                .containsExactly(
                        "status                 requests",
                        "200                           1",
                        "404                           1",
                        "",
                        "host                   requests",
                        "h                             2",
                        "",
                        "hour                      bytes",
                        "7                            15",
                        "",
                        "lines that are no requests: 1");
    }

    private static List<Pair<String, Long>> topHosts(List<Request> requests, int limit) {
        Map<String, Long> counts =
                requests.stream().collect(Collectors.groupingBy(Request::host, Collectors.counting()));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(limit)
                .map(entry -> Pair.of(entry.getKey(), entry.getValue()))
                .toList();
    }
}
