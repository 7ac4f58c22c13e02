package dev.quiver.runtime.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StageWait;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.task.TaskMetrics;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final StageAttempt STAGE = new StageAttempt(new StageId(3), 1);

    private static final Clock CLOCK = new Clock() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMillis() {
            return 1_700_000_000_000L;
        }
    };

    /** A disk that takes nothing until it is let go. */
    private static final class SlowDisk extends Writer {
        final CountDownLatch letGo = new CountDownLatch(1);
        final List<String> lines = new ArrayList<>();
        private final StringBuilder line = new StringBuilder();

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            try {
                letGo.await();
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
            for (int index = offset; index < offset + length; index++) {
                if (text[index] == '\n') {
                    lines.add(line.toString());
                    line.setLength(0);
                } else {
                    line.append(text[index]);
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static List<String> written(java.util.function.Consumer<EventLog> events) {
        StringWriter out = new StringWriter();
        EventLog log = new EventLog(CLOCK, () -> out, 100);
        events.accept(log);
        log.close();
        return out.toString().lines().toList();
    }

    @Test
    void writesOneJsonObjectALine() {
        assertThat(written(log -> {
                    log.onJobEnded(new JobId(7), false, "it said \"no\"\n\tat C:\\x \u2028");
                    log.onTasksEnded(STAGE, 3, 1, 2, TaskMetrics.ZERO);
                }))
                .containsExactly(
                        "{\"time\":1700000000000,\"event\":\"jobEnded\",\"job\":7,\"succeeded\":false,\"message\":"
                                + "\"it said \\\"no\\\"\\n\\u0009at C:\\\\x \\u2028\"}",
                        "{\"time\":1700000000000,\"event\":\"tasksEnded\",\"stage\":3,\"epoch\":1,\"succeeded\":3,"
                                + "\"failed\":1,\"running\":2,\"runNanos\":0,\"spilledBytes\":0}");
    }

    @Test
    void saysWhatEachStageWaitsForInTermsOfAMachine() {
        assertThat(written(log -> log.onWaits(List.of(
                        new StageWait(
                                3,
                                List.of(0, 2),
                                9,
                                StageWait.Reason.LOCALITY,
                                "an executor that holds their data",
                                Optional.of(Duration.ofMillis(1500))),
                        new StageWait(4, List.of(2), 0, StageWait.Reason.PARENTS, "stage 3", Optional.empty())))))
                .containsExactly(
                        "{\"time\":1700000000000,\"event\":\"waits\",\"count\":2}",
                        "{\"time\":1700000000000,\"event\":\"wait\",\"stage\":3,\"jobs\":[0,2],\"tasks\":9,\"reason\":\"LOCALITY\",\"detail\":\"an"
                                + " executor that holds their data\",\"changesInMillis\":1500}",
                        "{\"time\":1700000000000,\"event\":\"wait\",\"stage\":4,\"jobs\":[2],\"tasks\":0,\"reason\":"
                                + "\"PARENTS\",\"detail\":\"stage 3\",\"changesInMillis\":-1}");
    }

    @Test
    void aDiskThatStandsStillHoldsUpNobodyAndWhatIsLeftOutIsCounted() {
        SlowDisk disk = new SlowDisk();
        EventLog log = new EventLog(CLOCK, () -> disk, 1_000);
        int events = 1_000_000;
        for (int event = 0; event < events; event++) {
            log.onTasksEnded(STAGE, 1, 0, 2, TaskMetrics.ZERO);
        }
        assertThat(log.dropped()).as("told by a thread that never waited").isBetween(events - 1_002L, events - 1_000L);
        disk.letGo.countDown();
        log.close();

        Pattern left = Pattern.compile(".*\"event\":\"dropped\",\"count\":(\\d+)}");
        long written = 0;
        long counted = 0;
        for (String line : disk.lines) {
            Matcher matcher = left.matcher(line);
            counted += matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
            written += matcher.matches() ? 0 : 1;
        }
        assertThat(written + counted).isEqualTo(events);
        assertThat(counted).isEqualTo(log.dropped());
    }

    @Test
    void aFullDiskEndsTheLogAndNothingElse() {
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        EventLog log = new EventLog(CLOCK, () -> full, 10);
        for (int event = 0; event < 1_000; event++) {
            log.onTasksEnded(STAGE, 1, 0, 2, TaskMetrics.ZERO);
        }
        log.close();
        assertThat(log.dropped()).isGreaterThan(900);
    }
}
