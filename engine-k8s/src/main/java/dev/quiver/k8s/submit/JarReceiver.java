package dev.quiver.k8s.submit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs in the driver's pod before the driver, until all jars of the application are there: fetches those that have a URL,
 * and waits for those that the submitting process sends, with {@link ReceiveFile}.
 *
 * <p>Arguments: {@code fetch:PATH=URL} or {@code await:PATH}, in any number.
 */
public final class JarReceiver {
    static final String FETCH = "fetch:";
    static final String AWAIT = "await:";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_MILLIS = 100;
    private static final int OK = 200;

    private JarReceiver() {}

    public static void main(String[] orders) throws IOException, InterruptedException {
        for (String order : orders) {
            if (order.startsWith(FETCH)) {
                int equals = order.indexOf('=');
                fetch(Path.of(order.substring(FETCH.length(), equals)), order.substring(equals + 1));
            }
        }
        for (String order : orders) {
            if (order.startsWith(AWAIT)) {
                await(Path.of(order.substring(AWAIT.length())));
            }
        }
    }

    private static void fetch(Path target, String url) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
        Path part = target.resolveSibling(target.getFileName() + ".part");
        Files.createDirectories(target.getParent());
        HttpResponse<InputStream> answer =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != OK) {
                throw new IOException("jar " + url + " cannot be fetched: status " + answer.statusCode());
            }
            Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void await(Path jar) throws IOException {
        long begun = System.nanoTime();
        while (!Files.exists(jar)) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IOException("jar " + jar.getFileName() + " was not sent within " + PATIENCE.toMinutes()
                        + " minutes; the process that submitted the application has ended");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }
}
