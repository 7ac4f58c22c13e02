package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import dev.quiver.kubernetes.Commands.Running;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputOnKubernetes extends ClusterTest {
    private static final double MOST_SECONDS = 45;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quiver.kubernetes.container.image=local/nosuch:1 | Image",
                "quiver.kubernetes.executor.secretEnvironment=A=nosuch:key | secret \"nosuch\" not found",
                "quiver.kubernetes.executor.secrets=nosuch=/etc/nosuch | secret \"nosuch\" not found",
                "quiver.kubernetes.executor.volumes=type=configMap,source=nosuch,path=/a | configmap \"nosuch\" not"
                        + " found",
                "quiver.kubernetes.executor.volumes=type=hostPath,source=/nosuch,path=/a | hostPath type check failed",
                "quiver.kubernetes.executor.volumes=type=persistentVolumeClaim,source=nosuch,path=/a |"
                        + " persistentvolumeclaim \"nosuch\" not found",
                "quiver.kubernetes.executor.localVolumes=type=hostPath,source=/usr,path=/disk | cannot make a working"
                        + " folder below '/disk'",
                "quiver.kubernetes.authenticate.executor.serviceAccountName=nosuch | nosuch",
                "quiver.kubernetes.namespace=nosuch | namespace 'nosuch'",
                "quiver.kubernetes.executor.limit.cores=1m | must be less than or equal to cpu limit",
            })
    void whatOnlyAPersonCanMendEndsTheJobInOneLineAndLeavesNothing(String setting, String message) throws Exception {
        Ended end = commands.run("client", List.of("--num-executors", "1", "--conf", setting), "shuffle", "1", "1");
        assertThat(end.code()).isEqualTo(1);
        assertThat(end.err())
                .contains("quiver: Job 0 failed: executors cannot be had from the cluster")
                .contains(message);
        assertThat(end.seconds()).isLessThan(MOST_SECONDS);
        assertNothingIsLeft();
    }

    @Test
    void aSelectorThatNoNodeHasIsSaidWhileTheJobWaits() throws Exception {
        Running job = commands.start(
                "client",
                List.of("--num-executors", "1", "--conf", "quiver.kubernetes.executor.nodeSelector=disk=nosuch"),
                "shuffle",
                "1",
                "1");
        await("it says why it waits", () -> job.err().contains("Executors are missing: pod "));
        assertThat(job.err()).contains("Unschedulable").contains("quiver.kubernetes.executor.nodeSelector");
        job.process().destroy();
        job.process().waitFor();
        assertNothingIsLeft();
    }

    @Test
    void aQuotaThatIsUsedUpIsSaidAndTheJobRunsWithWhatThereIs() throws Exception {
        cluster.resourceQuotas()
                .inNamespace(namespace)
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("pods", new Quantity("1")))
                        .endSpec()
                        .build())
                .create();
        await(
                "the quota counts",
                () -> cluster.resourceQuotas()
                                .inNamespace(namespace)
                                .withName("small")
                                .get()
                                .getStatus()
                                .getUsed()
                        != null);
        Ended end = commands.run("client", List.of("--num-executors", "3"), "shuffle", "6", "500");
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).endsWith(sums());
        assertThat(end.err())
                .contains("the quota of namespace '" + namespace + "' is used up")
                .contains("exceeded quota");
        assertNothingIsLeft();
    }

    @Test
    void aDriverWithoutRightsNamesVerbAndResource() throws Exception {
        Ended end = commands.run(
                "cluster",
                List.of(
                        "--num-executors",
                        "1",
                        "--conf",
                        "quiver.kubernetes.authenticate.driver.serviceAccountName=default"),
                "shuffle",
                "1",
                "1");
        assertThat(end.code()).isNotZero();
        assertThat(end.out() + end.err())
                .contains("cannot get resource \\\"pods\\\"".replace("\\", ""))
                .contains("deploy/rbac.yaml");
        assertNothingIsLeft();
    }
}
