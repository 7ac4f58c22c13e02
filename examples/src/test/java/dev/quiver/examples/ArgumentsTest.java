package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    @Test
    void takesOptionsAnywhereOnTheLine() {
        Arguments arguments = parse("a", "--top", "3", "b", "--seed=-7");

        assertThat(arguments.rest(0, 2)).containsExactly("a", "b");
        assertThat(arguments.count("--top", 10, 0)).isEqualTo(3);
        assertThat(arguments.number("--seed", 42, Long.MIN_VALUE)).isEqualTo(-7);
    }

    @Test
    void fallsBackToTheDefaultWhenAnOptionIsNotGiven() {
        assertThat(parse().count("--top", 10, 0)).isEqualTo(10);
        assertThat(parse().text("--seed", "none")).isEqualTo("none");
    }

    @Test
    void readsNumbersWithUnderscores() {
        assertThat(parse("--top", "1_000").count("--top", 10, 0)).isEqualTo(1000);
    }

    @Test
    void namesWhatIsWrongInOneLineWithTheUsage() {
        assertWrong(() -> parse("--tip", "3"), "there is no option --tip; usage: try [FILE]");
        assertWrong(() -> parse("--top"), "--top needs a value; usage: try [FILE]");
        assertWrong(
                () -> parse("--top", "many").count("--top", 10, 0),
                "--top must be a whole number of at least 0, not 'many'; usage: try [FILE]");
        assertWrong(
                () -> parse("--top", "-1").count("--top", 10, 0),
                "--top must be a whole number of at least 0, not '-1'; usage: try [FILE]");
        assertWrong(
                () -> parse("--seed", "x").number("--seed", 1, Long.MIN_VALUE),
                "--seed must be a whole number, not 'x'; usage: try [FILE]");
        assertWrong(() -> parse("a", "b").rest(0, 1), "'b' is one argument too many; usage: try [FILE]");
        assertWrong(() -> parse().rest(1, 1), "something is missing; usage: try [FILE]");
    }

    @Test
    void everyExampleRefusesWrongUsageBeforeASessionStarts() {
        assertWrong(() -> WordCount.main(new String[] {"--tip", "3"}), "there is no option --tip; usage: wordcount ");
        assertWrong(() -> PageRank.main(new String[] {"a", "b"}), "'b' is one argument too many; usage: pagerank ");
        assertWrong(() -> KMeans.main(new String[] {"--k", "0"}), "--k must be a whole number of at least 1, not '0'");
        assertWrong(() -> LogAnalysis.main(new String[] {"--lines"}), "--lines needs a value; usage: loganalysis ");
        assertWrong(() -> TeraSort.main(new String[] {"shuffle", "a"}), "terasort cannot 'shuffle'; usage: terasort ");
        assertWrong(() -> TeraSort.main(new String[] {"sort", "a"}), "something is missing; usage: terasort ");
        assertWrong(() -> Pi.main(new String[] {"many"}), "SAMPLES must be a whole number of at least 1, not 'many'");
    }

    private static Arguments parse(String... line) {
        return new Arguments("try [FILE]", Set.of("--top", "--seed"), line);
    }

    private static void assertWrong(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(UsageException.class)
                .message()
                .startsWith(message)
                .doesNotContain("\n");
    }
}
