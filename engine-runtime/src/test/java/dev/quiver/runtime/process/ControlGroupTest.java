package dev.quiver.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
    @TempDir
    Path folder;

    private void write(String file, String text) throws Exception {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private ControlGroup group(String membership) throws Exception {
        write("membership", membership);
        return ControlGroup.of(folder.resolve("membership"), folder.resolve("fs"));
    }

    @Test
    void tellsOfEachKillOnce() throws Exception {
        String file = "fs/jobs/one/memory.events";
        write(file, "low 0\noom 3\noom_kill 2\noom_group_kill 0\n");
        ControlGroup group = group("0::/jobs/one\n");
        assertThat(group.takeKill()).as("killed before it was looked at").isFalse();
        write(file, "low 0\noom 5\noom_kill 4\noom_group_kill 0\n");
        assertThat(group.takeKill()).isTrue();
        assertThat(group.takeKill()).isTrue();
        assertThat(group.takeKill()).isFalse();
    }

    @Test
    void readsTheFirstVersionToo() throws Exception {
        write("fs/memory/jobs/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
        write("fs/memory/jobs/memory.limit_in_bytes", "419430400\n");
        write("fs/memory/jobs/memory.max_usage_in_bytes", "419430400\n");
        ControlGroup group = group("9:name=systemd:/\n4:cpu,memory:/jobs\n0::/\n");
        assertThat(group.takeKill()).isFalse();
        write("fs/memory/jobs/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        assertThat(group.takeKill()).isTrue();
        assertThat(group.describe()).isEqualTo(", which may have 400.0 MiB and had 400.0 MiB at most");
    }

    @Test
    void takesTheRootWhereThePathIsThatOfTheHost() throws Exception {
        write("fs/memory.events", "oom_kill 0\n");
        write("fs/memory.max", "max\n");
        ControlGroup group = group("0::/kubepods/pod7\n");
        write("fs/memory.events", "oom_kill 1\n");
        assertThat(group.takeKill()).isTrue();
        assertThat(group.describe()).isEmpty();
    }

    @Test
    void knowsNothingWhereThereIsNone() throws Exception {
        ControlGroup group = ControlGroup.of(folder.resolve("nowhere"), folder);
        assertThat(group.takeKill()).isFalse();
        assertThat(group.describe()).isEmpty();
        assertThat(group("nonsense\n4:memory\n").takeKill()).isFalse();
    }
}
