package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.quiver.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;

/** What an executor leaves in its temporary folder when it has no chance to take it away. */
class TemporaryFilesTest extends FaultTest {
    /** Has both libraries unpack their native code, and names the folder it went to. */
    private static String unpackCodecs() {
        byte[] bytes = new byte[1000];
        LZ4Factory.nativeInstance().fastCompressor().compress(bytes);
        Zstd.compress(bytes);
        return System.getProperty("java.io.tmpdir");
    }

    private static List<String> names(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void nativeCodeOfAKilledExecutorGoesWithItsFolder() throws Exception {
        try (Session session = session("local-cluster[1,1,256]").create()) {
            Gate unpacking = gate("unpacking");
            CompletableFuture<List<String>> unpacked = start(() -> session.range(0, 1, 1, 1)
                    .map(row -> {
                        String temporary = unpackCodecs();
                        unpacking.pass();
                        return temporary;
                    })
                    .collect());
            long killed = unpacking.awaitProcesses(1).iterator().next();
            List<Path> folders = temporaryFolders();
            assertThat(folders).hasSize(1);
            // The other library deletes its file as soon as it is loaded.
            assertThat(names(folders.get(0))).anyMatch(name -> name.startsWith("liblz4-java"));
            Processes.kill(killed);
            Eventually.until("its folder is gone", () -> !Files.exists(folders.get(0)));
            unpacking.open();
            assertThat(result(unpacked).get(0))
                    .startsWith(local.toString())
                    .isNotEqualTo(folders.get(0).toString());
        }
    }

    private List<Path> temporaryFolders() throws Exception {
        try (Stream<Path> all = Files.walk(local)) {
            return all.filter(path -> path.endsWith("tmp")).toList();
        }
    }
}
