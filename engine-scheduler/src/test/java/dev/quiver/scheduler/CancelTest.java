package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobChoice;
import dev.quiver.engine.JobLabels;
import dev.quiver.id.JobId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.Action;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that are ended by their group, a tag, a stage, their number, or all. */
class CancelTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;
    private int jobs;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private TestJob submit(Lineage lineage, JobLabels labels) {
        TestJob job = new TestJob(jobs++);
        int[] partitions = IntStream.range(0, lineage.partitionCount()).toArray();
        cluster.post(new SchedulerEvent.JobSubmitted(
                new JobId(job.id),
                lineage,
                partitions,
                new Action.Count(),
                new CallSite("count", "Main:1"),
                "default",
                labels,
                job));
        return job;
    }

    private int cancel(JobChoice choice, boolean interrupt) {
        int[] count = {-1};
        cluster.post(new SchedulerEvent.JobsCancelled(choice, "no longer wanted", interrupt, told -> count[0] = told));
        return count[0];
    }

    @Test
    void endsTheJobsOfAGroupOrATagWithTheReasonAndNoOthers() {
        cluster.addExecutor("1", 8);
        JobLabels nightly = JobLabels.NONE.withGroup("nightly");
        TestJob first = submit(lineages.source(1), nightly.withTag("a"));
        TestJob second = submit(lineages.source(1), nightly.withTag("a").withTag("b"));
        TestJob inner = submit(lineages.source(1), nightly.withGroup("other").withTag("b"));
        TestJob plain = submit(lineages.source(1), JobLabels.NONE);

        assertThat(cancel(JobChoice.group("unknown"), true)).isZero();
        assertThat(cancel(JobChoice.tag("nightly"), true)).isZero();
        assertThat(cancel(JobChoice.group("nightly"), true)).isEqualTo(2);
        assertThat(first.failure).isEqualTo("Job 0 was cancelled: no longer wanted");
        assertThat(second.failure).contains("no longer wanted");
        assertThat(inner.isOver() || plain.isOver()).isFalse();
        assertThat(cancel(JobChoice.tag("b"), true)).isEqualTo(1);
        assertThat(inner.failure).contains("no longer wanted");
        cluster.finishAll();
        assertThat(plain.succeeded).isTrue();
    }

    @Test
    void aStageThatALivingJobNeedsGoesOn() {
        cluster.addExecutor("1", 8);
        ShuffleDependency shared = lineages.shuffle(lineages.source(2), 2);
        TestJob first = submit(lineages.read(shared), JobLabels.NONE.withTag("one"));
        TestJob second = submit(lineages.read(shared), JobLabels.NONE);
        assertThat(cluster.runningOf(0)).hasSize(2);

        assertThat(cancel(JobChoice.tag("one"), true)).isEqualTo(1);
        assertThat(cluster.cancelled).isEmpty();
        assertThat(cluster.runningOf(0)).hasSize(2);
        assertThat(first.failure).isNotNull();
        cluster.finishAll();
        assertThat(second.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(2);
    }

    @Test
    void aStageIsEndedWithEveryJobThatNeedsIt() {
        cluster.addExecutor("1", 8);
        ShuffleDependency shared = lineages.shuffle(lineages.source(2), 2);
        TestJob first = submit(lineages.read(shared), JobLabels.NONE);
        TestJob second = submit(lineages.read(shared), JobLabels.NONE);
        TestJob other = submit(lineages.source(1), JobLabels.NONE);
        assertThat(cancel(JobChoice.stage(0), true)).isEqualTo(2);
        assertThat(first.failure).isNotNull();
        assertThat(second.failure).isNotNull();
        assertThat(cluster.cancelled).hasSize(2);
        assertThat(cancel(JobChoice.stage(0), true)).isZero();
        assertThat(other.isOver()).isFalse();
        assertThat(cancel(JobChoice.job(other.id), true)).isEqualTo(1);
    }

    @Test
    void interruptsOnlyWhereThatIsAskedFor() {
        cluster.addExecutor("1", 8);
        submit(lineages.source(2), JobLabels.NONE);
        cancel(JobChoice.all(), false);
        assertThat(cluster.interrupts).containsExactly(false);
        submit(lineages.source(2), JobLabels.NONE);
        cancel(JobChoice.all(), true);
        assertThat(cluster.interrupts).containsExactly(false, true);
    }
}
