package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.JobFailedException;
import dev.quiver.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log of a session that asks for one. */
class EventLogSessionTest extends FaultTest {
    @Test
    void saysWhatHappenedAndWhatWasWaitedFor() throws Exception {
        Path logs = folder.resolve("logs");
        String application;
        try (Session session = session("local[1]")
                .config("quiver.eventLog.dir", logs.toString())
                .config("quiver.barrier.slots.timeout", "2500ms")
                .create()) {
            application = session.applicationId();
            assertThat(session.range(100).repartition(2).count()).isEqualTo(100);
            assertThatThrownBy(() -> session.range(0, 2, 1, 2)
                            .barrier()
                            .mapPartitions((context, rows) -> rows)
                            .count())
                    .isInstanceOf(JobFailedException.class);
        }
        List<String> lines = Files.readAllLines(logs.resolve(application + ".jsonl"));
        assertThat(lines).allMatch(line -> line.startsWith("{\"time\":") && line.endsWith("}"));
        assertThat(lines).anyMatch(line -> line.contains("\"event\":\"jobEnded\",\"job\":0,\"succeeded\":true"));
        assertThat(lines).anyMatch(line -> line.contains("\"event\":\"stageStarted\",\"stage\":0,\"epoch\":0"));
        assertThat(lines)
                .anyMatch(line -> line.contains("\"event\":\"wait\"")
                        && line.contains("\"tasks\":2,\"reason\":\"TOGETHER\"")
                        && !line.contains("\"changesInMillis\":-1"));
    }
}
