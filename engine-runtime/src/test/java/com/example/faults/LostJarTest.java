package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Session;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;

class LostJarTest extends FaultTest {
    private Path jar() throws Exception {
        Path jar = folder.resolve("application.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            entries.putNextEntry(new JarEntry("resource.txt"));
            entries.write(7);
        }
        return jar;
    }

    /** An executor that registers but cannot get the application's jar is not started again without end. */
    @Test
    void jobsFailWithTheReasonWhenNoExecutorCanFetchAJar() throws Exception {
        Path jar = jar();
        try (Session session = session("local-cluster[1,1,256]")
                .config("quiver.jars", jar.toString())
                .create()) {
            assertThat(session.range(0, 10, 1, 2).count()).isEqualTo(10);
            List<Long> before = Processes.executors();
            Files.delete(jar);
            before.forEach(Processes::kill);
            Processes.awaitEnd(before);
            Throwable failure = failure(start(() -> session.range(0, 10, 1, 2).count()));
            assertThat(failure).hasMessageContaining("executors cannot start").hasMessageContaining("application.jar");
            Eventually.until(
                    "no executor is started any more",
                    () -> Processes.executors().isEmpty());
        }
    }
}
