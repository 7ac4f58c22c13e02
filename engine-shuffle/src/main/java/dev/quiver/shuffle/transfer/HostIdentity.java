package dev.quiver.shuffle.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells whether two processes see the same files under the same paths: they run on one kernel since one boot, and in one
 * mount namespace, which processes in different containers do not. Whether a file can really be opened shows when it is.
 */
public final class HostIdentity {
    private HostIdentity() {}

    /** The identity of this process's host; empty where the system does not tell. */
    public static String ofThisProcess() {
        return of(Path.of("/proc"));
    }

    /** @param proc where the Linux kernel shows itself */
    static String of(Path proc) {
        try {
            String boot =
                    Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
            String mounts = Files.readSymbolicLink(proc.resolve("self/ns/mnt")).toString();
            return boot.isEmpty() ? "" : boot + " " + mounts;
        } catch (IOException | UnsupportedOperationException notLinux) {
            return "";
        }
    }
}
