package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.config.ConfigException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    @AfterEach
    void forgetDefaults() {
        SessionDefaults.clear();
    }

    @Test
    void sharesTheOpenSessionAndOpensANewOneAfterClose() {
        Session first = Session.builder().master("fake[2]").getOrCreate();
        try (first) {
            assertThat(Session.builder().getOrCreate()).isSameAs(first);
            assertThatThrownBy(() -> Session.builder().create())
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("already has session 'SessionTest' (fake-0), created at SessionTest.shares");
        }
        first.close();
        assertThat(FakeEngine.of(first).timesClosed).isEqualTo(1);
        try (Session second = Session.builder().master("fake[2]").create()) {
            assertThat(second).isNotSameAs(first);
        }
    }

    @Test
    void aSessionThatFailedToStartDoesNotBlockTheNext() {
        assertThatThrownBy(() -> Session.builder().master("fake[0]").create()).hasMessage("no slots");
        Session.builder().master("fake[1]").create().close();
    }

    @Test
    void useAfterCloseNamesTheSession() {
        Session session = Session.builder().appName("books").master("fake[1]").create();
        Dataset<Long> rows = session.range(3);
        session.close();
        assertThatThrownBy(rows::count)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("session 'books' (fake-0), created at SessionTest.useAfterClose")
                .hasMessageEndingWith("is closed");
    }

    @Test
    void jobsBelongToThePoolTheirThreadIsInAndToTheUsualOneAfterwards() {
        try (Session session = Session.builder().master("fake[1]").create()) {
            Dataset<Long> rows = session.range(3);
            long counted = session.withPool("outer", () -> {
                session.withPool("inner", () -> rows.foreach(row -> {}));
                return rows.count();
            });
            assertThatThrownBy(() -> session.withPool("failing", () -> {
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            rows.count();

            assertThat(counted).isEqualTo(3);
            assertThat(FakeEngine.of(session).jobs)
                    .extracting(job -> job.pool())
                    .containsExactly("inner", "outer", "default");
            assertThatThrownBy(() -> session.withPool(" ", () -> {})).isInstanceOf(UsageException.class);
        }
    }

    @Test
    void codeWinsOverTheLauncherAndTheLauncherOverDefaults() {
        SessionDefaults.set("fake[7]", "launched", Map.of("quiver.task.maxFailures", "9"));
        try (Session session = Session.builder().appName("coded").create()) {
            assertThat(session.config().get(SessionConfig.APP_NAME)).isEqualTo("coded");
            assertThat(session.config().get(SessionConfig.MASTER)).isEqualTo("fake[7]");
            assertThat(session.config().get(FakeEngineProvider.RETRIES)).isEqualTo(9);
            assertThat(session.defaultParallelism()).isEqualTo(7);
        }
    }

    @Test
    void runsOnAllSlotsOfThisMachineWhenNobodySaysWhere() {
        try (Session session = Session.builder().create()) {
            assertThat(session.config().get(SessionConfig.MASTER)).isEqualTo("local[*]");
        }
    }

    @Test
    void anUnknownMasterIsAnsweredWithTheFormsThereAre() {
        assertThatThrownBy(() -> Session.builder().master("yarn").create())
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown master 'yarn'; it can be fake[N]");
    }

    @Test
    void everyBadSettingIsNamedAtOnce() {
        assertThatThrownBy(() -> Session.builder()
                        .master("fake[1]")
                        .config("quiver.network.timeout", "soon")
                        .config("quiver.task.maxFailure", "3")
                        .config(FakeEngineProvider.RETRIES, 0)
                        .config("quiver.files.maxPartitionBytes", "big")
                        .create())
                .isInstanceOf(ConfigException.class)
                .hasMessage("quiver.files.maxPartitionBytes: 'big' is not a size such as 512m, 2g or 64k; "
                        + "quiver.network.timeout: 'soon' is not a duration such as 200ms, 10s or 2m; "
                        + "unknown setting 'quiver.task.maxFailure', did you mean 'quiver.task.maxFailures'?; "
                        + "quiver.task.maxFailures must be 1 or more, but is '0'");
    }

    @Test
    void tasksCanNeitherCreateSessionsNorStartJobs() {
        try (Session session = Session.builder().master("fake[1]").create()) {
            Dataset<Long> rows = session.range(3);
            FakeEngine.Task task = new FakeEngine.Task(0);
            assertThatThrownBy(() -> task.call(rows::count))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("count at SessionTest.")
                    .hasMessageContaining("tasks cannot define datasets or start jobs");
            assertThatThrownBy(() -> task.call(() -> Session.builder().getOrCreate()))
                    .hasMessageStartingWith("a session cannot be created in a task");
        }
    }

    @Test
    void accumulatesWhatTasksAdd() {
        try (Session session = Session.builder().master("fake[2]").create()) {
            Accumulator<Long> even = session.longAccumulator("even");
            FakeEngine.of(session);
            session.range(10).collect().stream().filter(n -> n % 2 == 0).forEach(n -> even.add(1L));
            assertThat(even.value()).isEqualTo(5);
            assertThatThrownBy(() -> session.broadcast(session.range(3)))
                    .hasMessageContaining("a dataset cannot be broadcast; collect it");
            assertThat(session.broadcast(List.of(1)).value()).containsExactly(1);
        }
    }
}
