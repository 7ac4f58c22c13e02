package dev.quiver.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    /** Run with -Dquiver.docs.write=true to write the page anew. */
    @Test
    void thePageInTheDocumentsIsTheGeneratedOne() throws IOException {
        String page = ConfigurationPage.render(AllKeys.list());
        if (Boolean.getBoolean("quiver.docs.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void everySettingSaysWhatItDoes() {
        assertThat(AllKeys.list())
                .allSatisfy(key -> assertThat(key.doc()).as(key.name()).isNotBlank());
    }
}
