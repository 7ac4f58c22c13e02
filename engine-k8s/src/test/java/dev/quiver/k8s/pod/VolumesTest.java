package dev.quiver.k8s.pod;

import static dev.quiver.k8s.pod.Recipes.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.UsageException;
import dev.quiver.config.Config;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumesTest {
    private static final String VOLUMES = "kubernetes.executor.volumes";
    private static final String LOCAL = "kubernetes.executor.localVolumes";
    private static final long MEBI = 1 << 20;

    private static Volume volume(Pod pod, String name) {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static VolumeMount mount(Pod pod, String name) {
        return executor(pod).getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Container executor(Pod pod) {
        return pod.getSpec().getContainers().get(0);
    }

    /** Where the executor is told to put its files. */
    private static String folders(Pod pod) {
        return executor(pod).getCommand().get(executor(pod).getCommand().size() - 1);
    }

    @Test
    void mountsEachKindOfVolumeWhereItsPathSays() {
        Pod pod = pod(
                new Pod(),
                VOLUMES,
                "type=hostPath,source=/data,path=/data,readOnly;"
                        + " type=nfs,server=files,source=/exports,path=/nfs,name=shared;"
                        + "type=persistentVolumeClaim,source=models,path=/models,subPath=v2;"
                        + "type=configMap,source=tables,path=/etc/tables;type=secret,source=keys,path=/etc/keys;"
                        + "type=emptyDir,path=/scratch,size=1g");
        assertThat(volume(pod, "volume-1").getHostPath().getPath()).isEqualTo("/data");
        assertThat(mount(pod, "volume-1").getReadOnly()).isTrue();
        assertThat(volume(pod, "shared").getNfs().getServer()).isEqualTo("files");
        assertThat(mount(pod, "shared").getMountPath()).isEqualTo("/nfs");
        assertThat(volume(pod, "volume-3").getPersistentVolumeClaim().getClaimName())
                .isEqualTo("models");
        assertThat(mount(pod, "volume-3").getSubPath()).isEqualTo("v2");
        assertThat(volume(pod, "volume-4").getConfigMap().getName()).isEqualTo("tables");
        assertThat(volume(pod, "volume-5").getSecret().getDefaultMode()).isEqualTo(0400);
        assertThat(mount(pod, "volume-5").getReadOnly()).isTrue();
        assertThat(volume(pod, "volume-6").getEmptyDir().getSizeLimit())
                .isEqualTo(new Quantity(String.valueOf(1024 * MEBI)));
        assertThat(folders(pod)).isEqualTo("/var/lib/quiver/quiver-app-1-exec-1");
    }

    @Test
    void workingFilesGoToTheLocalVolumesInTheirOrder() {
        Pod pod = pod(new Pod(), LOCAL, "type=hostPath,source=/mnt/ssd,path=/ssd;type=emptyDir");
        assertThat(folders(pod)).isEqualTo("/ssd/quiver-app-1-exec-1,/mnt/quiver/local-2/quiver-app-1-exec-1");
        assertThat(mount(pod, "local-2").getMountPath()).isEqualTo("/mnt/quiver/local-2");
        assertThat(volume(pod, "local-1").getHostPath().getType())
                .as("a folder that the node makes by itself belongs to root")
                .isEqualTo("Directory");
    }

    @Test
    void workingFilesAlsoGoToWhatATemplateNamesSo() {
        Pod template = new PodBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName("executor")
                .addNewVolumeMount()
                .withName("quiver-local-nvme")
                .withMountPath("/nvme")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("models")
                .withMountPath("/models")
                .endVolumeMount()
                .endContainer()
                .endSpec()
                .build();
        assertThat(folders(pod(template))).isEqualTo("/nvme/quiver-app-1-exec-1");
    }

    @Test
    void aClaimForEachPodIsMadeAndDeletedWithIt() {
        Pod pod = pod(new Pod(), LOCAL, "type=persistentVolumeClaim,size=10g,storageClass=fast");
        var claim =
                volume(pod, "local-1").getEphemeral().getVolumeClaimTemplate().getSpec();
        assertThat(claim.getStorageClassName()).isEqualTo("fast");
        assertThat(claim.getAccessModes()).containsExactly("ReadWriteOnce");
        assertThat(claim.getResources().getRequests())
                .containsEntry("storage", new Quantity(String.valueOf(10 * 1024 * MEBI)));
    }

    @Test
    void whatIsInMemoryCountsAsMemoryOfTheContainer() {
        Pod pod = pod(new Pod(), LOCAL, "type=emptyDir,medium=memory,size=256m");
        assertThat(volume(pod, "local-1").getEmptyDir().getMedium()).isEqualTo("Memory");
        assertThat(executor(pod).getResources().getLimits())
                .containsEntry("memory", new Quantity(String.valueOf((512 + 384 + 256) * MEBI)));
    }

    @Test
    void aDriverPutsItsWorkingFilesThereUnlessItIsToldAnother() {
        assertThat(DriverPodSpecTest.settingsInPod(Map.of())).contains("quiver.local.dir=/var/lib/quiver\n");
        assertThat(DriverPodSpecTest.settingsInPod(Map.of("quiver.kubernetes.driver.localVolumes", "type=emptyDir")))
                .contains("quiver.local.dir=/mnt/quiver/local-1\n");
        assertThat(DriverPodSpecTest.settingsInPod(Map.of("quiver.local.dir", "/nvme")))
                .contains("quiver.local.dir=/nvme\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "path=/a | 'type=…' is missing",
                "type=tape,path=/a | 'type' is one of emptyDir, hostPath, persistentVolumeClaim, nfs, configMap or"
                        + " secret",
                "type=emptyDir | 'path=/…' is missing",
                "type=emptyDir,path=a | 'path' must begin with /, but is 'a'",
                "type=emptyDir,path=/a,path=/b | 'path' is given twice",
                "type=emptyDir,path=/a,colour=red | 'colour' is no option of such a volume",
                "type=emptyDir,path=/a,server=b | 'server' is no option of such a volume",
                "type=emptyDir,path=/a,size=much | much",
                "type=emptyDir,path=/a,medium=tape | 'medium' is memory or left out, not 'tape'",
                "type=emptyDir,path=/a,medium=memory | 'size=…' is missing",
                "type=emptyDir,path=/a,readOnly=perhaps | 'readOnly' is true or false, not 'perhaps'",
                "type=hostPath,path=/a | 'source=/…' is missing",
                "type=persistentVolumeClaim,path=/a | name a claim with 'source=…', or ask for one per pod",
                "type=persistentVolumeClaim,path=/a,source=b,size=1g | name a claim with 'source=…', or ask for one",
                "type=persistentVolumeClaim,path=/a,source=b,storageClass=c | 'storageClass' is no option",
                "type=nfs,path=/a,source=/b | 'server=…' is missing",
                "type=configMap,path=/a | 'source=…' is missing",
            })
    void saysWhatIsWrongWithAVolume(String text, String message) {
        assertThatThrownBy(() -> Recipes.settings(VOLUMES, text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.kubernetes.executor.volumes: volume '" + text + "'")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "type=secret,source=a | working files cannot be written there",
                "type=emptyDir,readOnly | working files cannot be written there",
                "type=emptyDir,path=/a;type=emptyDir,path=/a | two volumes are at '/a'",
                "type=emptyDir,name=a;type=emptyDir,name=a | two volumes are named 'a'",
            })
    void saysWhatIsWrongWithALocalVolume(String text, String message) {
        assertThatThrownBy(() -> Recipes.settings(LOCAL, text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("quiver.kubernetes.executor.localVolumes")
                .hasMessageContaining(message);
    }

    @Test
    void aVolumeOfEitherSettingMayNotBeWhereOneOfTheOtherIs() {
        assertThatThrownBy(() -> Recipes.settings(VOLUMES, "type=emptyDir,path=/a", LOCAL, "type=emptyDir,path=/a"))
                .hasMessageContaining("quiver.kubernetes.executor.volumes and quiver.kubernetes.executor.localVolumes")
                .hasMessageContaining("two volumes are at '/a'");
        assertThat(PodSettings.of(Config.of(Map.of("quiver.kubernetes.container.image", Recipes.IMAGE)), PodKeys.DRIVER)
                        .allVolumes())
                .isEmpty();
    }
}
