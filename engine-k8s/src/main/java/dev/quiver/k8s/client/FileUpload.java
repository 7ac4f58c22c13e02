package dev.quiver.k8s.client;

import dev.quiver.QuiverException;
import dev.quiver.k8s.pod.DriverPodSpec;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends a file into a running container, through the API server. The engine in the image receives it, so that the image
 * needs no shell and no archiver.
 */
final class FileUpload {
    private static final String RECEIVER = "dev.quiver.k8s.submit.ReceiveFile";

    /** What the receiver prints when the file is there, whole. */
    private static final String RECEIVED = "received";

    private static final long PATIENCE_SECONDS = 300;

    private final ContainerResource container;

    FileUpload(ContainerResource container) {
        this.container = container;
    }

    /**
     * Sends a file and waits until it is there, whole.
     *
     * @param hash SHA-256 of its bytes, in hexadecimal digits
     */
    void send(Path file, String target, String hash) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (ExecWatch exec = container
                .redirectingInput(1 << 16)
                .writingOutput(said)
                .writingError(said)
                .exec(
                        "java",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        DriverPodSpec.CLASS_PATH,
                        RECEIVER,
                        target,
                        String.valueOf(Files.size(file)),
                        hash)) {
            OutputStream input = exec.getInput();
            Files.copy(file, input);
            input.flush();
            exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            // Not by the exit code: the connection may close before it tells one.
            String answer = said.toString(StandardCharsets.UTF_8).strip();
            if (!answer.endsWith(RECEIVED)) {
                throw failed(file, answer, null);
            }
        } catch (IOException | ExecutionException | TimeoutException failure) {
            throw failed(file, String.valueOf(failure.getMessage()), failure);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw failed(file, "interrupted", hurried);
        }
    }

    private static QuiverException failed(Path file, String why, Throwable cause) {
        return new QuiverException("jar '" + file + "' could not be sent to the driver's pod: " + why, cause);
    }
}
