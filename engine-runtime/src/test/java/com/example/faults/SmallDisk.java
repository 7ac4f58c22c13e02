package com.example.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of two mebibytes, for as long as it is open. Tests that want one end early where none may be mounted. */
record SmallDisk(Path folder) implements AutoCloseable {
    static SmallDisk mount(Path folder) throws Exception {
        Files.createDirectory(folder);
        Assumptions.assumeTrue(
                ran("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.toString()),
                "this process may not mount a small disk");
        return new SmallDisk(folder);
    }

    @Override
    public void close() throws Exception {
        ran("umount", folder.toString());
    }

    private static boolean ran(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
