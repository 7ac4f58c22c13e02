package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the documents promise is there: the README's program compiles and its examples exist. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void theProgramOfTheReadmeIsTheOneThatIsCompiledHere() throws IOException {
        String source = Files.readString(Path.of("src/main/java/dev/quiver/examples/Sales.java"));
        String program = source.substring(source.indexOf("import "));

        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + program + "```");
    }

    @Test
    void theReadmeNamesEveryExample() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));

        assertThat(readme).contains("`wordcount`", "`pagerank`", "`kmeans`", "`loganalysis`", "`terasort`", "`pi`");
    }

    @Test
    void theTextThatWordCountReadsWithoutAFileIsTheReadme() throws IOException {
        assertThat(WordCount.readme()).isEqualTo(Files.readAllLines(ROOT.resolve("README.md")));
    }
}
