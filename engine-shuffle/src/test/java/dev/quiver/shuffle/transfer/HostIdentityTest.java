package dev.quiver.shuffle.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostIdentityTest {
    @TempDir
    Path proc;

    private String identity(String boot, String mounts) throws IOException {
        Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(proc.resolve("sys/kernel/random/boot_id"), boot + "\n");
        Path link = Files.createDirectories(proc.resolve("self/ns")).resolve("mnt");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(mounts));
        return HostIdentity.of(proc);
    }

    @Test
    void oneBootAndOneMountNamespaceAreOneHost() throws Exception {
        String here = identity("boot-1", "mnt:[1]");
        assertThat(identity("boot-1", "mnt:[1]")).isEqualTo(here).isNotEmpty();
        assertThat(identity("boot-1", "mnt:[2]")).as("another container").isNotEqualTo(here);
        assertThat(identity("boot-2", "mnt:[1]")).as("another machine").isNotEqualTo(here);
        assertThat(identity("", "mnt:[1]")).as("unknown").isEmpty();
        assertThat(HostIdentity.of(proc.resolve("none"))).as("no Linux").isEmpty();
    }

    @Test
    void thisProcessKnowsItsHostOnLinux() {
        assumeTrue(Files.isReadable(Path.of("/proc/sys/kernel/random/boot_id")), "no Linux");
        assertThat(HostIdentity.ofThisProcess()).isNotEmpty().isEqualTo(HostIdentity.ofThisProcess());
    }
}
