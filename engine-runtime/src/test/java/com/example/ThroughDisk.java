package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session whose tasks have so little memory that they put rows aside, with the files, the memory budget and the shuffle
 * as they are, and a look afterwards that nothing is left.
 */
abstract class ThroughDisk {
    private static final long LONGEST_STOP_NANOS = 30_000_000_000L;

    @TempDir
    static Path folder;

    Session session;

    @BeforeEach
    void open() {
        session = Session.builder()
                .master("local[2]")
                .config("quiver.local.dir", folder.toString())
                .config("quiver.memory.fraction", "0.005")
                .config("quiver.task.maxFailures", "1")
                .create();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        // Where one task failed its job, the others have only been told to stop.
        long deadline = System.nanoTime() + LONGEST_STOP_NANOS;
        long spilled = spilledFiles();
        while (spilled > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            spilled = spilledFiles();
        }
        session.close();
        assertThat(spilled).as("files that are left behind a job").isZero();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.toList()).isEmpty();
        }
    }

    /** Files of runs in the folders of all executors here. */
    static long spilledFiles() {
        while (true) {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(file -> file.toString().contains("/spill/") && Files.isRegularFile(file))
                        .count();
            } catch (IOException | UncheckedIOException vanishing) {
                // Another task deletes its files meanwhile: look again.
                continue;
            }
        }
    }
}
