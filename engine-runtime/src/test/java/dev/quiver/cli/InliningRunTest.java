package dev.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.runtime.application.TestJar;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InliningRunTest {
    @TempDir
    Path folder;

    @Test
    void saysWhichLambdasOfAnApplicationWereInlinedAndWhyOthersWereNot() throws Exception {
        Path jar = application("""
                try (dev.quiver.Session session = dev.quiver.Session.builder().create()) {
                    for (int round = 0; round < 5; round++) {
                        session.range(2000000).map(x -> x * 3 + 1).map(x -> {
                            long y = x;
                            %s
                            return y;
                        }).reduce(Long::sum);
                    }
                }
                """.formatted("if ((y & 5) != 0) y = y * 31 + 7 ^ y >>> 3;\n".repeat(40)));
        CommandLineRun run = CommandLineRun.of("submit", "--explain-inlining", "--master", "local[1]", jar.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().lines().filter(line -> line.startsWith("lambda of map")))
                .hasSize(2)
                .anyMatch(line -> line.startsWith(
                        "lambda of map at App.main(App.java:3) was inlined in stage range > map > map > reduce at App"))
                .anyMatch(line ->
                        line.startsWith("lambda of map number 2 at App.main(App.java:3) was not inlined in stage range"
                                        + " > map > map > reduce at App.main(App.java:")
                                && line.contains("bytes of bytecode, more than are inlined")
                                && line.contains("FreqInlineSize")
                                && line.contains("what helps: "));
    }

    @Test
    void endsWithTheCodeOfTheApplication() throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "submit", "--explain-inlining", application("System.exit(7);").toString());
        assertThat(run.code()).isEqualTo(7);
        assertThat(run.out()).contains("no stage ran a function");
    }

    private Path application(String statements) throws Exception {
        return new TestJar().main("App", statements).manifestMain("App").write(folder.resolve("app.jar"));
    }
}
