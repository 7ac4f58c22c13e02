package dev.quiver.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.kubernetes.Commands.Ended;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Working files on volumes. The node's {@code /tmp} stands for a disk that everybody may write to. */
class VolumesOnKubernetes extends ClusterTest {
    private static final Pattern OWN = Pattern.compile("(\\S+) has (quiver-\\S+-exec-\\d+) with (\\d+) files");
    private static final String ON_THE_POD = "/mnt/quiver/local-1";
    private static final String ON_THE_NODE = "/disk";

    private Ended looks(String localVolumes, String... folders) throws Exception {
        List<String> job = new ArrayList<>(List.of("looks"));
        job.addAll(List.of(folders));
        Ended end = commands.run(
                "client",
                List.of("--num-executors", "1", "--conf", "quiver.kubernetes.executor.localVolumes=" + localVolumes),
                job.toArray(String[]::new));
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).startsWith(sums());
        return end;
    }

    @Test
    void workingFilesAreOnTheDiskOfTheNodeWhileAnExecutorRunsAndNoneAfterwards() throws Exception {
        String disk = "type=hostPath,source=/tmp,path=" + ON_THE_NODE;
        String first = own(looks(disk, ON_THE_NODE), ON_THE_NODE);
        Ended second = looks(disk, ON_THE_NODE);
        assertThat(own(second, ON_THE_NODE)).isNotEqualTo(first);
        assertThat(second.out()).as("what another application left").doesNotContain(first);
        assertThat(second.out()).contains("temporary files of user 10185 in /disk/quiver-");
        assertNothingIsLeft();
    }

    @Test
    void workingFilesAreOnVolumesOfThePodAndOnlyItsUserReadsItsKey() throws Exception {
        Ended end = looks("type=emptyDir,size=256m;type=emptyDir,medium=memory,size=64m", ON_THE_POD);
        assertThat(own(end, ON_THE_POD)).isNotEmpty();
        assertThat(end.out())
                .as("0400 was asked for; the kubelet lets the pod's file group read what it gives to root")
                .contains("greeting r--r----- of user 0 and group 10185")
                .contains("temporary files of user 10185 in " + ON_THE_POD)
                .endsWith("root is closed\n");
        assertNothingIsLeft();
    }

    @Test
    void aConfigMapIsMountedIntoDriverAndExecutor() throws Exception {
        cluster.configMaps()
                .inNamespace(namespace)
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("tables")
                        .endMetadata()
                        .withData(Map.of("quiver-tables", "1,2"))
                        .build())
                .create();
        String volume = "type=configMap,source=tables,path=/etc/tables";
        Ended end = commands.run(
                "cluster",
                List.of(
                        "--num-executors",
                        "1",
                        "--conf",
                        "quiver.kubernetes.driver.volumes=" + volume,
                        "--conf",
                        "quiver.kubernetes.executor.volumes=" + volume),
                "reads",
                "/etc/tables/quiver-tables");
        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out()).contains("driver reads 1,2").contains("executor reads 1,2");
        assertNothingIsLeft();
    }

    /** The folder of the executor in that place, which holds some files. */
    private static String own(Ended end, String place) {
        Matcher line = OWN.matcher(end.out());
        while (line.find()) {
            if (line.group(1).equals(place) && Integer.parseInt(line.group(3)) > 2) {
                return line.group(2);
            }
        }
        throw new AssertionError("no folder with files in " + place + ": " + end.out());
    }
}
