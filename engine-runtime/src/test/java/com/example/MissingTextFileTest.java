package com.example;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Dataset;
import dev.quiver.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingTextFileTest {
    @TempDir
    private Path folder;

    @Test
    void saysThatEveryMachineNeedsTheFileAndNotOnlyItsName() throws Exception {
        Path file = Files.writeString(folder.resolve("words.txt"), "one\ntwo\n");
        try (Session session = Session.builder().master("local[1]").create()) {
            Dataset<String> lines = session.textFile(file.toString());
            Files.delete(file);
            assertThatThrownBy(lines::count)
                    .hasMessageContaining(file + " is missing on this machine")
                    .hasMessageContaining("at the same path on every machine");
        }
    }
}
