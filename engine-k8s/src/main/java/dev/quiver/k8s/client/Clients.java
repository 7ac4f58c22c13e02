package dev.quiver.k8s.client;

import dev.quiver.UsageException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the conversation with an API server. */
public final class Clients {
    private static final int PATIENCE_MILLIS = 10_000;

    /** For a connection that broke. Whoever asks also tries again, and less often each time. */
    private static final int RETRIES = 1;

    private Clients() {}

    /**
     * How to log in, where the kubeconfig or the pod's service account does not say.
     *
     * @param server            API server; empty for that of the kubeconfig
     * @param context           of the kubeconfig; empty for the current one
     * @param namespace         empty for that of the context
     * @param caCertificate     file; empty for none
     * @param tokenFile         file; empty for none
     * @param clientCertificate file; empty for none
     * @param clientKey         file; empty for none
     */
    public record Login(
            String server,
            String context,
            String namespace,
            String caCertificate,
            String tokenFile,
            String clientCertificate,
            String clientKey) {}

    /**
     * A client for that login, with its namespace. Nothing is asked of the server yet.
     *
     * @throws UsageException if a file cannot be read, or no server is named anywhere
     */
    public static KubernetesClient open(Login login) {
        ConfigBuilder config;
        try {
            config = new ConfigBuilder(Config.autoConfigure(login.context().isEmpty() ? null : login.context()));
        } catch (RuntimeException malformed) {
            throw new UsageException("the kubeconfig cannot be used: " + malformed.getMessage(), malformed);
        }
        if (!login.server().isEmpty()) {
            config.withMasterUrl(login.server());
        }
        if (!login.namespace().isEmpty()) {
            config.withNamespace(login.namespace());
        } else if (config.getNamespace() == null) {
            config.withNamespace("default");
        }
        if (!login.caCertificate().isEmpty()) {
            config.withCaCertFile(readable("quiver.kubernetes.authenticate.caCertFile", login.caCertificate()));
        }
        if (!login.clientCertificate().isEmpty()) {
            config.withClientCertFile(
                    readable("quiver.kubernetes.authenticate.clientCertFile", login.clientCertificate()));
        }
        if (!login.clientKey().isEmpty()) {
            config.withClientKeyFile(readable("quiver.kubernetes.authenticate.clientKeyFile", login.clientKey()));
        }
        if (!login.tokenFile().isEmpty()) {
            String file = readable("quiver.kubernetes.authenticate.oauthTokenFile", login.tokenFile());
            config.withOauthTokenProvider(() -> token(file));
        }
        config.withConnectionTimeout(PATIENCE_MILLIS)
                .withRequestTimeout(PATIENCE_MILLIS)
                .withRequestRetryBackoffLimit(RETRIES);
        return new KubernetesClientBuilder().withConfig(config.build()).build();
    }

    private static String readable(String setting, String file) {
        if (!Files.isReadable(Path.of(file))) {
            throw new UsageException(setting + ": cannot read '" + file + "'");
        }
        return file;
    }

    private static String token(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException unreadable) {
            throw new UsageException(
                    "quiver.kubernetes.authenticate.oauthTokenFile: cannot read '" + file + "'", unreadable);
        }
    }
}
