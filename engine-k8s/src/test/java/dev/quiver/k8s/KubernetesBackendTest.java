package dev.quiver.k8s;

import static dev.quiver.k8s.FaultyServer.lostAnswer;
import static dev.quiver.k8s.FaultyServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.k8s.allocate.AllocationRules;
import dev.quiver.k8s.client.Clients;
import dev.quiver.k8s.client.Clients.Login;
import dev.quiver.k8s.pod.ExecutorPodSpec;
import dev.quiver.k8s.pod.Recipes;
import dev.quiver.time.Clock;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The conversation with an API server, up to what a driver hears. */
class KubernetesBackendTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAMESPACE = "jobs";

    private final FaultyServer server = new FaultyServer();
    private final Told told = new Told();
    private NamespacedKubernetesClient seen;
    private KubernetesBackend backend;

    @BeforeEach
    void start() {
        seen = server.client();
    }

    @AfterEach
    void stop() {
        if (backend != null) {
            backend.close();
        }
        seen.close();
        server.close();
    }

    private void open() {
        AllocationRules rules = new AllocationRules(
                10,
                Duration.ofMillis(100),
                Integer.MAX_VALUE,
                Duration.ofSeconds(600),
                Duration.ofSeconds(60),
                0,
                Duration.ofHours(1));
        ExecutorPodSpec spec = new ExecutorPodSpec(Recipes.recipe(), Recipes.settings(), new Pod(), null);
        Login login = new Login(server.address(), "", NAMESPACE, "", "", "", "");
        backend = new KubernetesBackend(Clients.open(login), spec, rules, Clock.system(), told);
    }

    private List<String> pods() {
        return seen.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
    }

    private List<String> secrets() {
        return seen.secrets().inNamespace(NAMESPACE).list().getItems().stream()
                .map(secret -> secret.getMetadata().getName())
                .sorted()
                .toList();
    }

    private void closeAndFindNothing() {
        backend.close();
        assertThat(pods()).isEmpty();
        assertThat(secrets()).isEmpty();
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private void drop(int executor) {
        seen.pods()
                .inNamespace(NAMESPACE)
                .withName("quiver-app-1-exec-" + executor)
                .delete();
    }

    @Test
    void makesEachPodWithItsSecretAndTakesBothAway() {
        open();
        backend.requestExecutors(2);
        await("two pods", () -> pods().size() == 2);
        assertThat(secrets()).isEqualTo(pods()).containsExactly("quiver-app-1-exec-1", "quiver-app-1-exec-2");
        closeAndFindNothing();
        assertThat(told.ended).isEmpty();
    }

    @Test
    void aDeletedPodIsToldOnceAndReplaced() {
        open();
        backend.requestExecutors(1);
        await("a pod", () -> pods().size() == 1);
        backend.onReady(new ExecutorId("1", 0));
        drop(1);
        await("another", () -> pods().contains("quiver-app-1-exec-2"));
        assertThat(told.ended).containsExactly("1: its pod was deleted");
        await("its secret goes too", () -> secrets().size() == 1);
        closeAndFindNothing();
    }

    @Test
    void aPodWhoseAnswerWasLostIsKeptAndNotMadeTwice() {
        server.next("POST pods", lostAnswer());
        server.next("POST secrets", lostAnswer());
        open();
        backend.requestExecutors(1);
        await("a pod", () -> pods().size() == 1);
        await("it is asked for again", () -> server.calls("POST pods") == 2);
        backend.onReady(new ExecutorId("1", 0));
        drop(1);
        await("its end is told", () -> told.ended.size() == 1);
        assertThat(told.ended).as("it was known").containsExactly("1: its pod was deleted");
        closeAndFindNothing();
    }

    @Test
    void aRefusedPodEndsTheApplicationAfterOneCallAndLeavesNoSecret() {
        server.always("POST pods", refusal(403, "pods is forbidden: cannot create"));
        open();
        backend.requestExecutors(3);
        await("it gives up", () -> !told.gaveUp.isEmpty());
        assertThat(told.gaveUp)
                .singleElement()
                .asString()
                .contains("pods is forbidden")
                .contains("deploy/rbac.yaml");
        await("no secret is left", () -> secrets().isEmpty());
        assertThat(server.calls("POST pods")).as("one each").isEqualTo(3);
        closeAndFindNothing();
    }

    @Test
    void aServerThatHasTooMuchToDoIsAskedEverMoreSeldom() {
        server.always("POST pods", refusal(429, "too many requests"));
        server.always("POST secrets", refusal(500, "etcd is slow"));
        open();
        backend.requestExecutors(1);
        long begun = System.nanoTime();
        await(
                "two seconds have passed",
                () -> System.nanoTime() - begun > Duration.ofSeconds(2).toNanos());
        assertThat(server.calls("POST secrets") + server.calls("POST pods"))
                .as("tries after 0 and 1 seconds, each twice")
                .isBetween(2, 4);
        assertThat(told.waiting).as("said once").singleElement().asString().contains("etcd is slow");
        assertThat(told.gaveUp).isEmpty();
        server.heal();
        await("a pod", () -> pods().size() == 1);
        closeAndFindNothing();
    }

    @Test
    void aPodThatCannotBeDeletedNowIsDeletedLater() {
        open();
        backend.requestExecutors(1);
        await("a pod", () -> pods().size() == 1);
        server.always("DELETE pods", refusal(500, "etcd is slow"));
        backend.requestExecutors(0);
        backend.kill(new ExecutorId("1", 0), "idle");
        await("it was tried", () -> server.calls("DELETE pods") >= 2);
        assertThat(pods()).hasSize(1);
        server.heal();
        await("no pod", () -> pods().isEmpty() && secrets().isEmpty());
        closeAndFindNothing();
    }

    @Test
    void aPodThatIsGoneAlreadyStillTakesItsSecretAlong() {
        open();
        backend.requestExecutors(1);
        await("a pod", () -> pods().size() == 1);
        server.next("DELETE pods", refusal(404, "not found"));
        backend.requestExecutors(0);
        backend.kill(new ExecutorId("1", 0), "idle");
        await("no secret", () -> secrets().isEmpty());
        assertThat(server.calls("DELETE pods"))
                .as("once, and again for news that it is there")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void whatAWatchMissedIsFoundByTheListWhenItEnds() {
        server.next("WATCH pods", FaultyServer.expiringWatch(server));
        open();
        backend.requestExecutors(1);
        await("a pod", () -> pods().size() == 1 && server.isWatchedDeafly());
        backend.onReady(new ExecutorId("1", 0));
        drop(1);
        assertThat(told.ended).as("nobody has said so").isEmpty();
        server.endWatches();
        await("its end is told", () -> told.ended.size() == 1);
        await("another", () -> pods().contains("quiver-app-1-exec-2"));
        assertThat(server.calls("WATCH pods")).isEqualTo(2);
        drop(2);
        await("the new watch hears", () -> told.ended.size() == 2);
        closeAndFindNothing();
    }

    @Test
    void listsThatFailOpenNoSecondWatch() {
        server.always("GET pods", refusal(500, "etcd is slow"));
        open();
        backend.requestExecutors(1);
        await("a list failed", () -> server.calls("GET pods") >= 2);
        long begun = System.nanoTime();
        await(
                "two seconds have passed",
                () -> System.nanoTime() - begun > Duration.ofSeconds(2).toNanos());
        assertThat(server.calls("WATCH pods")).isEqualTo(1);
        server.heal();
        closeAndFindNothing();
    }
}
