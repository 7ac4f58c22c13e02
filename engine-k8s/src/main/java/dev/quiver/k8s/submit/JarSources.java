package dev.quiver.k8s.submit;

import dev.quiver.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * How the jars of an application get into the driver's pod.
 *
 * @param inPod   their paths there, in the order of the application
 * @param uploads those that come from this machine
 * @param orders  what the receiver in the pod is told, a word for each jar that it waits for or fetches
 */
record JarSources(List<String> inPod, List<Upload> uploads, List<String> orders) {
    private static final String IN_IMAGE = "local://";

    /**
     * A jar that is sent.
     *
     * @param file   here
     * @param target there
     * @param hash   SHA-256 of its bytes, in hexadecimal digits
     */
    record Upload(Path file, String target, String hash) {}

    /**
     * Looks at the jars of an application.
     *
     * @param folder for them, in the pod
     * @throws UsageException if a file cannot be read
     */
    static JarSources of(List<String> jars, String folder) {
        List<String> inPod = new ArrayList<>();
        List<Upload> uploads = new ArrayList<>();
        List<String> orders = new ArrayList<>();
        for (String jar : jars) {
            if (jar.startsWith(IN_IMAGE)) {
                inPod.add(jar.substring(IN_IMAGE.length()));
                continue;
            }
            String name = jar.substring(jar.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
            // Two jars of one name in two folders are two jars.
            String target = folder + "/" + inPod.size() + "-" + name;
            inPod.add(target);
            if (jar.startsWith("http://") || jar.startsWith("https://")) {
                orders.add(JarReceiver.FETCH + target + "=" + jar);
            } else {
                Upload upload = new Upload(Path.of(jar), target, hash(Path.of(jar)));
                uploads.add(upload);
                orders.add(JarReceiver.AWAIT + target);
            }
        }
        return new JarSources(inPod, uploads, orders);
    }

    private static String hash(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException unreadable) {
            throw new UsageException("jar '" + file + "' cannot be read: " + unreadable.getMessage(), unreadable);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }
}
