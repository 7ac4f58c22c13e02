package dev.quiver.k8s.allocate;

import static dev.quiver.k8s.allocate.PodsHarness.deleting;
import static dev.quiver.k8s.allocate.PodsHarness.ended;
import static dev.quiver.k8s.allocate.PodsHarness.id;
import static dev.quiver.k8s.allocate.PodsHarness.pending;
import static dev.quiver.k8s.allocate.PodsHarness.running;
import static dev.quiver.k8s.allocate.PodsHarness.stuck;
import static dev.quiver.k8s.allocate.PodsHarness.takenAway;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PodAllocationTest {
    private static final int OUT_OF_MEMORY_EXIT = 137;

    @Test
    void asksForNoMoreThanABatchAndForTheNextWhenTheFirstWasMade() {
        PodsHarness pods = new PodsHarness(PodsHarness.rules(2));
        pods.allocation.request(5);
        assertThat(pods.asked).containsExactly(id(1), id(2));
        pods.pass(3);
        assertThat(pods.asked).as("nobody has answered yet").hasSize(2);

        pods.allocation.created(id(1));
        pods.allocation.created(id(2));
        assertThat(pods.asked).containsExactly(id(1), id(2), id(3), id(4));
        pods.allocation.created(id(3));
        pods.allocation.created(id(4));
        assertThat(pods.asked).as("a batch a second").hasSize(4);
        pods.pass(1);
        assertThat(pods.asked).hasSize(5);
        pods.allocation.created(id(5));
        pods.pass(60);
        assertThat(pods.asked).hasSize(5);
    }

    @Test
    void tellsAnEndOnceWhetherWatchOrListBringsIt() {
        PodsHarness pods = new PodsHarness().withReady(2);
        pods.allocation.seen(ended(1, 1, "Error"));
        pods.allocation.gone(ended(1, 1, "Error"));
        pods.allocation.listed(List.of(ended(1, 1, "Error"), running(2)), pods.clock.nanoTime());
        assertThat(pods.ended).containsExactly("1 by a task: its process ended with exit code 1 (Error)");
        assertThat(pods.asked).as("another takes its place").contains(id(3));
    }

    @Test
    void missesAPodOnlyInAListThatBeganAfterItWasMade() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        long before = pods.clock.nanoTime();
        pods.pass(1);
        pods.allocation.created(id(1));
        pods.allocation.listed(List.of(), before);
        assertThat(pods.ended).isEmpty();
        pods.pass(1);
        pods.allocation.listed(List.of(), pods.clock.nanoTime());
        assertThat(pods.ended).containsExactly("1: its pod was deleted");
    }

    @Test
    void chargesNobodyForAnEvictionAndTasksForTooMuchMemory() {
        PodsHarness pods = new PodsHarness().withReady(3);
        pods.allocation.seen(takenAway(1, "Evicted", "The node was low on resource: memory."));
        pods.allocation.seen(ended(2, OUT_OF_MEMORY_EXIT, "OOMKilled"));
        pods.allocation.gone(running(3));
        assertThat(pods.ended.get(0))
                .isEqualTo("1: its pod was taken away (Evicted: The node was low on resource: memory.)");
        assertThat(pods.ended.get(1))
                .startsWith("2 by a task: its container was killed because it took more memory than its limit")
                .contains("quiver.executor.memoryOverhead");
        assertThat(pods.ended.get(2)).isEqualTo("3: its pod was deleted");
    }

    @Test
    void announcesTheEndOfAPodThatIsBeingDeletedAndReplacesItAtOnce() {
        PodsHarness pods = new PodsHarness().withReady(2);
        pods.pass(1);
        pods.allocation.seen(deleting(1));
        pods.allocation.seen(deleting(1));
        assertThat(pods.leaving).containsExactly("1: its pod is being deleted");
        assertThat(pods.asked).containsExactly(id(1), id(2), id(3));
    }

    @Test
    void anExecutorThatIsRemovedIsReplacedOnlyWhenItIsStillWanted() {
        PodsHarness pods = new PodsHarness().withReady(2);
        pods.pass(1);
        pods.allocation.request(1);
        pods.allocation.remove(id(1));
        pods.pass(60);
        assertThat(pods.asked).hasSize(2);
        assertThat(pods.deleted).containsExactly(id(1));
        assertThat(pods.ended).as("it is no news").isEmpty();

        pods.allocation.remove(id(2));
        assertThat(pods.asked).contains(id(3));
    }

    @Test
    void deletesAPodThatWasMadeAfterAll() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        pods.allocation.refused(id(1), new Refusal(Refusal.Kind.UNAVAILABLE, "no answer"));
        assertThat(pods.deleted).containsExactly(id(1));
        pods.allocation.seen(pending(1));
        assertThat(pods.deleted).containsExactly(id(1), id(1));
    }

    @Test
    void triesARefusedPodEverMoreSeldomAndSaysWhatTheClusterSays() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        int tries = 0;
        for (int second = 0; second < 120; second++) {
            while (pods.asked.size() > tries) {
                tries++;
                pods.allocation.refused(id(tries), new Refusal(Refusal.Kind.QUOTA, "exceeded quota: small"));
            }
            pods.pass(1);
        }
        assertThat(tries).as("in two minutes").isBetween(5, 9);
        assertThat(pods.waiting).containsExactly("exceeded quota: small");
        assertThat(pods.gaveUp).isEmpty();

        pods.pass(30);
        pods.allocation.created(pods.asked.get(pods.asked.size() - 1));
        assertThat(pods.waiting).containsExactly("exceeded quota: small", "");
    }

    @Test
    void givesUpSoonWhenNoServerHasEverAnsweredAndWaitsForOneThatHas() {
        PodsHarness wrong = new PodsHarness();
        wrong.allocation.request(1);
        refuseFor(wrong, 14);
        assertThat(wrong.gaveUp).isEmpty();
        assertThat(wrong.waiting).containsExactly("no answer; it is asked again until it does");
        refuseFor(wrong, 3);
        assertThat(wrong.gaveUp).containsExactly("executors cannot be had from the cluster: no answer");

        PodsHarness away = new PodsHarness();
        away.allocation.listed(List.of(), away.clock.nanoTime());
        away.allocation.request(1);
        refuseFor(away, 600);
        assertThat(away.gaveUp).isEmpty();
    }

    private static void refuseFor(PodsHarness pods, int seconds) {
        for (int second = 0; second < seconds; second++) {
            pods.asked.forEach(id -> pods.allocation.refused(id, new Refusal(Refusal.Kind.UNAVAILABLE, "no answer")));
            pods.pass(1);
        }
    }

    @Test
    void givesUpAtOnceWhenNoPodMayEverBeMade() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        pods.allocation.refused(id(1), new Refusal(Refusal.Kind.HOPELESS, "pods is forbidden"));
        pods.pass(120);
        assertThat(pods.gaveUp).containsExactly("executors cannot be had from the cluster: pods is forbidden");
        assertThat(pods.asked).hasSize(1);
    }

    @Test
    void givesUpWhenOnlyAPersonCanHelpButNotBeforeAMomentHasPassed() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        pods.allocation.created(id(1));
        pods.allocation.seen(stuck(1, true, "ErrImagePull"));
        pods.pass(8);
        assertThat(pods.gaveUp).isEmpty();
        assertThat(pods.waiting).containsExactly("ErrImagePull");
        pods.pass(15);
        assertThat(pods.gaveUp).containsExactly("executors cannot be had from the cluster: ErrImagePull");
    }

    @Test
    void waitsForRoomAndReplacesAPodThatTakesTooLong() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        pods.allocation.created(id(1));
        pods.allocation.seen(stuck(1, false, "0/1 nodes are available"));
        pods.pass(599);
        assertThat(pods.deleted).isEmpty();
        pods.pass(10);
        assertThat(pods.deleted).containsExactly(id(1));
        assertThat(pods.ended).containsExactly("1: its pod did not start within 600 s: 0/1 nodes are available");
        assertThat(pods.asked).hasSize(2);
        assertThat(pods.gaveUp).isEmpty();
    }

    @Test
    void dropsPodsThatStillStartWhenFewerAreWantedForLong() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(3);
        List.of(1, 2, 3).forEach(number -> pods.allocation.created(id(number)));
        pods.allocation.request(1);
        pods.pass(59);
        assertThat(pods.deleted).isEmpty();
        pods.pass(2);
        assertThat(pods.deleted).as("the newest go first").containsExactly(id(3), id(2));
    }

    @Test
    void endsTheApplicationWhenExecutorsKeepFailing() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        for (int failure = 1; failure <= 20 && pods.gaveUp.isEmpty(); failure++) {
            pods.allocation.created(id(failure));
            pods.allocation.seen(ended(failure, 1, "Error"));
            pods.pass(31);
        }
        assertThat(pods.ended).hasSize(4);
        assertThat(pods.gaveUp).hasSize(1);
        assertThat(pods.gaveUp.get(0)).contains("4 executors failed").contains("quiver.executor.maxNumFailures");
    }

    @Test
    void executorsThatAreTakenAwayDoNotEndTheApplication() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        for (int number = 1; number <= 20; number++) {
            pods.allocation.created(id(number));
            pods.allocation.seen(running(number));
            pods.allocation.ready(id(number));
            pods.allocation.seen(takenAway(number, "Preempting", ""));
            pods.pass(2);
        }
        assertThat(pods.ended).hasSize(20).allMatch(end -> !end.contains("by a task"));
        assertThat(pods.gaveUp).isEmpty();
    }

    @Test
    void puzzlesOverAPodThatDoesNotStartAndSaysNothing() {
        PodsHarness pods = new PodsHarness();
        pods.allocation.request(1);
        pods.allocation.created(id(1));
        pods.pass(4);
        assertThat(pods.allocation.puzzling()).isEmpty();
        pods.pass(2);
        assertThat(pods.allocation.puzzling()).containsExactly(id(1));
        pods.allocation.warned(id(1), new PodState.Obstacle(true, "FailedMount"));
        assertThat(pods.waiting).containsExactly("FailedMount");
        pods.allocation.seen(running(1));
        assertThat(pods.waiting).containsExactly("FailedMount", "");
    }
}
