package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The index by which {@code bin/quiver run} finds the examples. */
class ExamplesIndexTest {
    @Test
    void listsTheExamplesByName() throws IOException {
        assertThat(lines().stream().map(line -> line.split("=", 3)[0]))
                .containsExactly("wordcount", "pagerank", "kmeans", "loganalysis", "terasort", "pi");
    }

    @Test
    void everyLineNamesAClassThatCanBeRunAndSaysWhatItDoes() throws Exception {
        for (String line : lines()) {
            String[] parts = line.split("=", 3);
            assertThat(parts).as(line).hasSize(3);
            assertThat(parts[2]).as(line).isNotBlank();
            Class<?> example = Class.forName(parts[1]);
            assertThat(Modifier.isPublic(example.getModifiers())).as(line).isTrue();
            Method main = example.getMethod("main", String[].class);
            assertThat(Modifier.isStatic(main.getModifiers())).as(line).isTrue();
        }
    }

    private static List<String> lines() throws IOException {
        try (InputStream index = ExamplesIndexTest.class.getResourceAsStream("/META-INF/quiver/examples")) {
            return new String(index.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
