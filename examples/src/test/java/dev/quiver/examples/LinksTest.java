package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links between the documents. */
class LinksTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`(dev\\.quiver(?:\\.\\w+)+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(#[^)]*)?\\)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "ARCHITECTURE.md",
                "CONTRIBUTING.md",
                "docs/adr/0004-control-messages.md",
                "docs/adr/0005-arrow-on-the-heap.md",
                "docs/adr/0006-tls-identities.md"
            })
    void everyClassAndPackageThatIsNamedInFullExists(String document) throws IOException {
        List<String> names = NAME.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map(name -> name.group(1))
                .toList();

        assertThat(names)
                .allSatisfy(name -> assertThat(sourceFolders())
                        .as(document + " names " + name)
                        .anyMatch(sources -> Files.exists(sources.resolve(name.replace('.', '/')))
                                || Files.exists(sources.resolve(name.replace('.', '/') + ".java"))));
    }

    private static List<Path> sourceFolders() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.flatMap(module ->
                            Stream.of("src/main/java", "src/test/java").map(module::resolve))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/README.md"})
    void everyLinkToAFileLeadsToOne(String document) throws IOException {
        Path file = ROOT.resolve(document);
        List<String> targets = LINK.matcher(Files.readString(file))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://"))
                .toList();

        assertThat(targets)
                .allSatisfy(target -> assertThat(file.resolveSibling(target))
                        .as(document + " links to " + target)
                        .exists());
    }
}
