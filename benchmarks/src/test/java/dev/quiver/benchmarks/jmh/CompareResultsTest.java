package dev.quiver.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CompareResultsTest {
    @Test
    void callsAChangeOneOnlyWhereTheErrorsDoNotOverlap() {
        String before = result("a.b.C.slow", "100.0", "5.0") + "," + result("a.b.C.noisy", "100.0", "60.0");
        String after = result("a.b.C.slow", "50.0", "5.0") + "," + result("a.b.C.noisy", "50.0", "\"NaN\"");
        assertThat(CompareResults.compare("[" + before + "]", "[" + after + "]").lines())
                .anyMatch(line -> line.startsWith("C.slow {kind=LONGS}") && line.endsWith("x0.500 changed"))
                .anyMatch(line -> line.startsWith("C.noisy {kind=LONGS}") && line.endsWith("x0.500 same"))
                .anyMatch(line -> line.contains("gc.alloc.rate.norm") && line.endsWith("x1.000 same"))
                .hasSize(4);
    }

    @Test
    void showsWhatIsNewAndWhatIsGone() {
        assertThat(CompareResults.compare(
                        "[" + result("C.old", "1", "0") + "]", "[" + result("C.fresh", "1", "0") + "]"))
                .contains("(new)", "(gone)");
    }

    @Test
    void refusesWhatIsNoResult() {
        assertThatThrownBy(() -> CompareResults.compare("{}", "[]")).hasMessageContaining("-rf json");
        assertThatThrownBy(() -> CompareResults.compare("[{", "[]")).hasMessageContaining("ends early");
    }

    private static String result(String name, String score, String error) {
        return """
                { "benchmark" : "%s", "mode" : "avgt", "jvmArgs" : ["-Xmx1g"], "params" : { "kind" : "LONGS" },
                  "primaryMetric" : { "score" : %s, "scoreError" : %s, "scoreUnit" : "ns/op",
                                      "rawData" : [[ 1.0, 2.0 ]] },
                  "secondaryMetrics" : { "gc.alloc.rate.norm" : { "score" : 16.0, "scoreError" : 0.1,
                                                                  "scoreUnit" : "B/op" } } }""".formatted(name, score, error);
    }
}
