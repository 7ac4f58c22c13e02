package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.handover.HandoverSettings;
import dev.quiver.scheduler.port.OutputMove;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What executors hold when they leave, and where it goes. */
class HandoverTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HandoverSettings SETTINGS = new HandoverSettings(true, true, 4, 2, LIMIT);

    private TestCluster cluster = new TestCluster(with(SETTINGS));
    private Lineages lineages = cluster.lineages;
    private ExecutorId leaving;
    private ExecutorId staying;
    private ShuffleId shuffle;

    private static SchedulerSettings with(HandoverSettings handover) {
        return TestCluster.SETTINGS.with(SchedulerPolicies.DEFAULTS.with(handover));
    }

    @AfterEach
    void everythingEnds() {
        cluster.mover.holding.clear();
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    /** A job whose map outputs are there, half of them on {@code leaving}, and whose reduce tasks wait or run. */
    private TestJob reducing(int maps, int reducers) {
        leaving = cluster.addExecutor("1", maps / 2);
        staying = cluster.addExecutor("2", maps - maps / 2);
        ShuffleDependency dependency = lineages.shuffle(lineages.source(maps), reducers);
        shuffle = dependency.id();
        Lineage reduced = lineages.read(dependency);
        TestJob job = cluster.submit(reduced);
        cluster.succeedStage(0);
        assertThat(held(leaving)).hasSize(maps / 2);
        return job;
    }

    private List<Integer> held(ExecutorId executor) {
        return java.util.stream.IntStream.range(0, cluster.outputs.mapCount(shuffle))
                .filter(map -> executor.equals(cluster.outputs.holder(shuffle, map)))
                .boxed()
                .toList();
    }

    private void endTasksOn(ExecutorId executor) {
        for (TestTask task : cluster.running(task -> task.executor().equals(executor))) {
            cluster.succeed(task);
        }
    }

    @Test
    void anExecutorThatHandedItsOutputsOverIsLostWithoutATaskRunningAgain() {
        TestJob job = reducing(4, 8);
        cluster.drain(leaving);
        assertThat(cluster.mover.moves).hasSize(1);
        endTasksOn(leaving);
        assertThat(cluster.released).as("before its outputs are elsewhere").isEmpty();

        cluster.mover.succeed(cluster.mover.moves.get(0));
        assertThat(cluster.released).containsExactly(leaving);
        assertThat(held(staying)).containsExactly(0, 1, 2, 3);
        cluster.lose(leaving, false);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(4);
        assertThat(cluster.launches(1)).isEqualTo(8);
    }

    @Test
    void outputsThatItsLastTasksWriteAreHandedOverToo() {
        leaving = cluster.addExecutor("1", 1);
        staying = cluster.addExecutor("2", 1);
        ShuffleDependency dependency = lineages.shuffle(lineages.source(2), 1);
        shuffle = dependency.id();
        TestJob job = cluster.submit(lineages.read(dependency));
        cluster.drain(leaving);
        assertThat(cluster.mover.moves).isEmpty();
        endTasksOn(leaving);

        assertThat(cluster.released).isEmpty();
        cluster.mover.finishAll();
        assertThat(cluster.released).containsExactly(leaving);
        cluster.lose(leaving, false);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(2);
    }

    @Test
    void aTaskThatLooksAtTheOldPlaceAsksAgainAndNothingElseRunsAgain() {
        TestJob job = reducing(4, 2);
        TestTask reader =
                cluster.running(task -> task.executor().equals(staying)).get(0);
        cluster.drain(leaving);
        endTasksOn(leaving);
        cluster.mover.finishAll();
        cluster.lose(leaving, false);

        cluster.fetchFails(reader, shuffle, -1, leaving);
        TestTask again = cluster.running(1, reader.partition());
        assertThat(again.stage()).as("the same attempt of the stage").isEqualTo(reader.stage());
        cluster.fetchFails(again, shuffle, 0, leaving);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(4);
    }

    @Test
    void whatCannotBeMovedInSoManyTriesStaysBehindAndIsComputedAgain() {
        TestJob job = reducing(4, 2);
        cluster.drain(leaving);
        cluster.mover.fail(cluster.mover.moves.get(0));
        assertThat(cluster.mover.moves).as("the second try").hasSize(1);
        cluster.mover.fail(cluster.mover.moves.get(0));
        assertThat(cluster.mover.moves).isEmpty();
        endTasksOn(leaving);
        assertThat(cluster.released).containsExactly(leaving);
        cluster.lose(leaving, false);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(6);
    }

    @Test
    void anExecutorWhosePeersAllLeaveLeavesWithWhatItHas() {
        TestJob job = reducing(4, 2);
        cluster.drain(staying);
        cluster.drain(leaving);
        cluster.mover.moves.clear();
        endTasksOn(leaving);
        assertThat(cluster.mover.ordered)
                .as("orders, all from the first that left")
                .allMatch(move -> move.from().equals(staying));
        assertThat(cluster.released).contains(leaving);
        cluster.lose(leaving, false);
        endTasksOn(staying);
        cluster.lose(staying, false);
        cluster.addExecutor("3", 4);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void aPeerThatIsLostBeforeItTookEverythingIsReplacedByAnother() {
        reducing(4, 2);
        cluster.drain(leaving);
        OutputMove first = cluster.mover.moves.get(0);
        ExecutorId third = cluster.addExecutor("3", 1);
        cluster.lose(first.to(), false);
        cluster.mover.moves.remove(first);

        assertThat(cluster.mover.moves).allMatch(move -> move.to().equals(third));
        assertThat(cluster.mover.moves.stream()
                        .mapToInt(move -> move.versions().size())
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void anExecutorLeavesAnywayWhenTheTimeIsOver() {
        reducing(4, 2);
        cluster.drain(leaving);
        endTasksOn(leaving);
        cluster.advance(LIMIT.minusMillis(1));
        assertThat(cluster.released).isEmpty();
        cluster.advance(Duration.ofMillis(1));
        assertThat(cluster.released).containsExactly(leaving);
        // News of a move that came too late changes nothing.
        cluster.mover.finishAll();
        assertThat(held(leaving)).hasSize(2);
    }

    @Test
    void whatIsCachedIsWaitedForAsWell() {
        reducing(4, 2);
        cluster.mover.holding.add(leaving);
        cluster.drain(leaving);
        assertThat(cluster.mover.copying).containsExactly(leaving);
        endTasksOn(leaving);
        cluster.mover.finishAll();
        assertThat(cluster.released).isEmpty();
        cluster.mover.spare(leaving);
        assertThat(cluster.released).containsExactly(leaving);
    }

    @Test
    void whatNobodyReadsAnyMoreIsMovedNoFurtherAndHurtsNobody() {
        cluster = new TestCluster(with(new HandoverSettings(true, false, 1, 2, LIMIT)));
        lineages = cluster.lineages;
        reducing(4, 1);
        cluster.addExecutor("3", 1);
        cluster.succeedStage(1);
        TestJob other = cluster.submit(lineages.source(8));
        cluster.drain(leaving);
        endTasksOn(leaving);
        assertThat(cluster.mover.ordered).as("of two").hasSize(1);

        cluster.outputs.forget(shuffle);
        cluster.post(new SchedulerEvent.ShuffleForgotten(shuffle));
        cluster.mover.succeed(cluster.mover.moves.get(0));

        assertThat(other.failure).isNull();
        assertThat(cluster.mover.ordered).hasSize(1);
        assertThat(cluster.released).containsExactly(leaving);
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
    }

    @Test
    void nothingIsMovedThatASettingForbids() {
        cluster = new TestCluster(with(new HandoverSettings(false, false, 1, 1, LIMIT)));
        lineages = cluster.lineages;
        reducing(4, 2);
        cluster.mover.holding.add(leaving);
        cluster.drain(leaving);
        endTasksOn(leaving);
        assertThat(cluster.mover.ordered).isEmpty();
        assertThat(cluster.mover.copying).isEmpty();
        assertThat(cluster.released).containsExactly(leaving);
    }

    @Test
    void noMoreMovesAreUnderWayThanASettingAllows() {
        cluster = new TestCluster(with(new HandoverSettings(true, true, 2, 2, LIMIT)));
        lineages = cluster.lineages;
        for (int peer = 3; peer < 9; peer++) {
            cluster.addExecutor(String.valueOf(peer), 1);
        }
        leaving = cluster.addExecutor("1", 24);
        ShuffleDependency dependency = lineages.shuffle(lineages.source(30), 1);
        shuffle = dependency.id();
        cluster.submit(lineages.read(dependency));
        cluster.succeedStage(0);
        cluster.drain(leaving);
        int moves = 0;
        while (!cluster.mover.moves.isEmpty()) {
            assertThat(cluster.mover.moves).hasSizeLessThanOrEqualTo(2);
            cluster.mover.succeed(cluster.mover.moves.get(0));
            moves++;
        }
        assertThat(moves).as("moves, one a peer").isEqualTo(6);
        assertThat(held(leaving)).isEmpty();
    }
}
