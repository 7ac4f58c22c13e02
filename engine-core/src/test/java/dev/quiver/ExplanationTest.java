package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private Session session;

    record Node(String name, List<Node> next) {}

    static Object anything(long row) {
        return row;
    }

    static Pair<Long, String> named(Long row) {
        return Pair.of(row, "row " + row);
    }

    @BeforeEach
    void open() {
        session = Session.builder().master("fake[4]").create();
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void tellsStagesInTheOrderInWhichTheyRunWithShapesAndLines() {
        String text = session.parallelize(List.of("apple", "pear"), 3)
                .mapToPair(word -> Pair.of(word, 1))
                .reduceByKey(Integer::sum)
                .mapValues(sum -> "" + sum)
                .explanation();
        String here = "ExplanationTest.tellsStagesInTheOrderInWhichTheyRunWithShapesAndLines";
        assertThat(text.replaceAll("\\(ExplanationTest.java:\\d+\\)", "").replace(here, "here"))
                .isEqualTo("""
                stage 1, a shuffle into 3 partitions: 3 tasks
                  0 parallelize at here
                      rows: string, from the class of the values
                  1 mapToPair at here, reads 0
                      rows: (by first rows, by first rows), from the lambda; the rest by first rows, because a lambda that\
                 returns a Pair does not keep of what; a reference to a method does
                stage 2, the result of an action that takes all rows: 3 tasks
                  2 reduceByKey at here, reads stage 1
                      rows: (by first rows, by first rows), from its input and the functions; the rest by first rows,\
                 because those of its input are
                  3 mapValues at here, reads 2
                      rows: (by first rows, string), from the lambda; the rest by first rows, because those of its input are
                """);
    }

    @Test
    void printsToStandardOutput() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            session.range(10).explain();
            session.range(10).keyBy(row -> row % 2).explain();
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("rows: long, given by the source", "(long, long)");
    }

    @Test
    void saysWhyTheFirstRowsDecide() {
        assertThat(session.range(3).map(row -> anything(row)).explanation())
                .contains("rows: by first rows, because the lambda returns java.lang.Object, which may be many things");
        assertThat(session.range(3).flatMap(List::of).explanation())
                .contains("because Java does not keep what a collection returned by a function holds");
        assertThat(session.range(3).mapPartitions(rows -> rows).explanation())
                .contains("because Java does not keep what an iterator returned by a function holds");
        assertThat(session.parallelize(List.of(1, "two"), 1).explanation())
                .contains("because the values are lists, or of several classes");
    }

    @Test
    void aReferenceToAMethodTellsWhatAPairHolds() {
        assertThat(session.range(3).mapToPair(ExplanationTest::named).explanation())
                .contains("rows: (long, string), from the lambda");
    }

    @Test
    void saysWhatIsOpaqueAndWhy() {
        assertThat(session.range(3).map(row -> new StringBuilder()).explanation())
                .contains("opaque, because java.lang.StringBuilder is no record or other kind with columns of its own");
        assertThat(session.range(3).map(row -> new Node("" + row, List.of())).explanation())
                .contains("opaque, because record Node contains itself");
    }

    @Test
    void tellsAStageOnceThatIsReadTwice() {
        Keyed<Long, Long> sums = session.range(10).keyBy(row -> row % 3).reduceByKey(Long::sum);
        String text = sums.join(sums.mapValues(sum -> sum + 1)).explanation();
        assertThat(text.lines().filter(line -> line.startsWith("stage "))).hasSize(2);
    }

    @Test
    void takesAsLongAsItMustForManyThousandOperators() {
        Dataset<Long> rows = session.range(10);
        for (int step = 0; step < 20_000; step++) {
            rows = rows.map(row -> row + 1);
        }
        assertThat(rows.explanation().lines()).hasSize(2 * 20_001 + 1);
    }
}
