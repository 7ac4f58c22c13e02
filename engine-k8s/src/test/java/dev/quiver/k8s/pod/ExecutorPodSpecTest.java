package dev.quiver.k8s.pod;

import static dev.quiver.k8s.pod.Recipes.FIRST;
import static dev.quiver.k8s.pod.Recipes.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecutorPodSpecTest {
    private static final int OWNER_READS = 0400;
    private static final Pod NO_TEMPLATE = new Pod();

    private static Container executor(Pod pod) {
        return pod.getSpec().getContainers().get(0);
    }

    @Test
    void theSameExecutorHasTheSamePod() {
        assertThat(pod(NO_TEMPLATE)).isEqualTo(pod(NO_TEMPLATE));
        assertThat(pod(NO_TEMPLATE).getMetadata().getName()).isEqualTo("quiver-app-1-exec-1");
        assertThat(pod(NO_TEMPLATE).getMetadata().getLabels())
                .isEqualTo(Map.of(
                        "quiver.dev/application", "app-1", "quiver.dev/role", "executor", "quiver.dev/executor", "1"));
    }

    @Test
    void runsWithoutRightsAndWritesOnlyToItsOwnVolume() {
        Pod pod = pod(NO_TEMPLATE);
        assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isNotZero();
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(executor(pod).getSecurityContext().getReadOnlyRootFilesystem())
                .isTrue();
        assertThat(executor(pod).getSecurityContext().getAllowPrivilegeEscalation())
                .isFalse();
        assertThat(executor(pod).getSecurityContext().getCapabilities().getDrop())
                .containsExactly("ALL");
        assertThat(executor(pod).getVolumeMounts().stream()
                        .filter(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                        .map(VolumeMount::getMountPath))
                .containsExactly("/var/lib/quiver");
    }

    @Test
    void mountsItsGreetingForItsOwnerAlone() {
        Pod pod = pod(NO_TEMPLATE);
        Volume volume = pod.getSpec().getVolumes().get(0);
        assertThat(volume.getSecret().getSecretName()).isEqualTo("quiver-app-1-exec-1");
        assertThat(volume.getSecret().getDefaultMode()).isEqualTo(OWNER_READS);
        Secret secret = new ExecutorPodSpec(Recipes.recipe(), Recipes.settings(), NO_TEMPLATE, null).secret(FIRST);
        assertThat(new String(Base64.getDecoder().decode(secret.getData().get("greeting")), StandardCharsets.UTF_8))
                .isEqualTo("secret of 1");
        assertThat(pod.toString()).doesNotContain("secret of 1");
    }

    @Test
    void givesTheContainerTheHeapAndALittleMore() {
        long mebi = 1 << 20;
        assertThat(executor(pod(NO_TEMPLATE)).getResources().getLimits())
                .isEqualTo(Map.of("memory", new Quantity(String.valueOf((512 + 384) * mebi))));
        assertThat(executor(pod(NO_TEMPLATE)).getResources().getRequests()).containsEntry("cpu", new Quantity("2"));
        Pod larger = pod(
                NO_TEMPLATE,
                "executor.memoryOverhead",
                "1g",
                "kubernetes.executor.request.cores",
                "500m",
                "kubernetes.executor.limit.cores",
                "1");
        assertThat(executor(larger).getResources().getLimits())
                .containsEntry("memory", new Quantity(String.valueOf((512 + 1024) * mebi)))
                .containsEntry("cpu", new Quantity("1"));
        assertThat(executor(larger).getResources().getRequests()).containsEntry("cpu", new Quantity("500m"));
    }

    @Test
    void takesTheGreaterOverheadOfALargeHeap() {
        assertThat(Recipes.settings().containerBytes(Bytes.mebi(10_240), Bytes.mebi(100)))
                .isEqualTo((10_240L + 100 + 1_024) << 20);
    }

    @Test
    void putsWhatSettingsSayIntoThePod() {
        Pod pod = pod(
                NO_TEMPLATE,
                "kubernetes.executor.labels",
                "team=a, cost = 7",
                "kubernetes.executor.annotations",
                "note=x=y",
                "kubernetes.executor.environment",
                "MODE=test",
                "kubernetes.executor.secretEnvironment",
                "PASSWORD=database:password",
                "kubernetes.executor.secrets",
                "database=/etc/database",
                "kubernetes.executor.nodeSelector",
                "disk=ssd",
                "kubernetes.container.image.pullSecrets",
                "one,two",
                "kubernetes.authenticate.executor.serviceAccountName",
                "worker",
                "kubernetes.scheduler.name",
                "yunikorn",
                "kubernetes.executor.terminationGracePeriod",
                "10s");
        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "a").containsEntry("cost", "7");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "x=y");
        assertThat(pod.getSpec().getNodeSelector()).isEqualTo(Map.of("disk", "ssd"));
        assertThat(pod.getSpec().getImagePullSecrets()).extracting("name").containsExactly("one", "two");
        assertThat(pod.getSpec().getServiceAccountName()).isEqualTo("worker");
        assertThat(pod.getSpec().getSchedulerName()).isEqualTo("yunikorn");
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(10);
        assertThat(executor(pod).getEnv()).extracting(EnvVar::getName).contains("MODE", "PASSWORD");
        assertThat(executor(pod).getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/etc/database");
    }

    @Test
    void keepsOfATemplateWhatTheEngineDoesNotNeed() {
        Pod template = new PodBuilder()
                .withNewMetadata()
                .withName("ignored")
                .addToLabels("quiver.dev/application", "another")
                .addToLabels("team", "template")
                .endMetadata()
                .withNewSpec()
                .withPriorityClassName("high")
                .withRestartPolicy("Always")
                .addNewToleration()
                .withKey("spot")
                .withOperator("Exists")
                .endToleration()
                .addNewContainer()
                .withName("sidecar")
                .withImage("logs:1")
                .endContainer()
                .addNewContainer()
                .withName("executor")
                .withImage("ignored")
                .addNewEnv()
                .withName("ZONE")
                .withValue("a")
                .endEnv()
                .endContainer()
                .endSpec()
                .build();
        Pod pod = pod(template, "kubernetes.executor.labels", "team=setting");
        assertThat(pod.getMetadata().getName()).isEqualTo("quiver-app-1-exec-1");
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("quiver.dev/application", "app-1")
                .containsEntry("team", "setting");
        assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("high");
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getSpec().getTolerations()).hasSize(1);
        assertThat(pod.getSpec().getContainers()).extracting(Container::getName).containsExactly("executor", "sidecar");
        assertThat(executor(pod).getImage()).isEqualTo(Recipes.IMAGE);
        assertThat(executor(pod).getEnv()).extracting(EnvVar::getName).contains("ZONE", "QUIVER_POD_IP");
    }

    @Test
    void belongsToAGroupOfAnotherSchedulerAsAnnotationsLabelsOrATemplateSay() {
        Pod volcano = pod(
                NO_TEMPLATE,
                "kubernetes.scheduler.name",
                "volcano",
                "kubernetes.executor.annotations",
                "scheduling.k8s.io/group-name=sales");
        assertThat(volcano.getSpec().getSchedulerName()).isEqualTo("volcano");
        assertThat(volcano.getMetadata().getAnnotations()).containsEntry("scheduling.k8s.io/group-name", "sales");

        String groups = "[{\"name\": \"workers\", \"minMember\": 3}]";
        Pod template = new PodBuilder()
                .withNewMetadata()
                .addToAnnotations("yunikorn.apache.org/task-groups", groups)
                .addToAnnotations("yunikorn.apache.org/task-group-name", "workers")
                .endMetadata()
                .build();
        Pod yunikorn = pod(
                template,
                "kubernetes.scheduler.name",
                "yunikorn",
                "kubernetes.executor.labels",
                "applicationId=sales-17,queue=root.sales");
        assertThat(yunikorn.getSpec().getSchedulerName()).isEqualTo("yunikorn");
        assertThat(yunikorn.getMetadata().getAnnotations())
                .containsEntry("yunikorn.apache.org/task-groups", groups)
                .containsEntry("yunikorn.apache.org/task-group-name", "workers");
        assertThat(yunikorn.getMetadata().getLabels())
                .containsEntry("applicationId", "sales-17")
                .containsEntry("queue", "root.sales");
    }

    @Test
    void goesWithItsDriver() {
        OwnerReference driver = new OwnerReferenceBuilder()
                .withKind("Pod")
                .withName("driver")
                .withUid("7")
                .build();
        ExecutorPodSpec spec = new ExecutorPodSpec(Recipes.recipe(), Recipes.settings(), NO_TEMPLATE, driver);
        assertThat(spec.pod(FIRST).getMetadata().getOwnerReferences()).containsExactly(driver);
        assertThat(spec.secret(FIRST).getMetadata().getOwnerReferences()).containsExactly(driver);
    }

    @Test
    void refusesSettingsThatAreMalformedAndNamesThem() {
        assertThatThrownBy(() -> PodSettings.of(Config.of(Map.of()), PodKeys.EXECUTOR))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.kubernetes.container.image is not set");
        assertThatThrownBy(() -> Recipes.settings("kubernetes.executor.labels", "team"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.kubernetes.executor.labels: 'team' is not of the form name=value");
        assertThatThrownBy(() -> Recipes.settings("kubernetes.executor.labels", "a=1,a=2"))
                .hasMessageContaining("'a' is given twice");
        assertThatThrownBy(() -> Recipes.settings("kubernetes.executor.secretEnvironment", "A=secret"))
                .hasMessageContaining("'secret' is not of the form secret:key");
    }
}
