package dev.quiver.k8s.client;

import dev.quiver.k8s.allocate.Refusal;
import dev.quiver.k8s.allocate.Refusal.Kind;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts the ways in which an API server says no, and says how to mend each.
 *
 * @param server    URL of the API server
 * @param namespace that was spoken of
 */
record Refusals(String server, String namespace) {
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int INVALID = 422;
    private static final int DEEPEST_CAUSE = 16;

    /** Of the server that a client speaks to. */
    static Refusals of(KubernetesClient client) {
        return new Refusals(client.getConfiguration().getMasterUrl(), client.getNamespace());
    }

    Refusal of(KubernetesClientException failure) {
        String said = words(failure);
        switch (failure.getCode()) {
            case UNAUTHORIZED:
                return new Refusal(
                        Kind.HOPELESS,
                        "the API server does not accept the login (" + said + "); renew the token or certificate of the"
                                + " kubeconfig, or set quiver.kubernetes.authenticate.oauthTokenFile");
            case FORBIDDEN:
                return said.contains("exceeded quota")
                        ? new Refusal(
                                Kind.QUOTA,
                                "the quota of namespace '" + namespace + "' is used up (" + said
                                        + "); ask for fewer or smaller executors, or raise it")
                        : new Refusal(
                                Kind.HOPELESS,
                                "a permission is missing (" + said + "); deploy/rbac.yaml has the role that is needed");
            case NOT_FOUND:
                return new Refusal(
                        Kind.HOPELESS,
                        isOfApiServer(failure)
                                ? "namespace '" + namespace + "' or something else that is named does not exist ("
                                        + said + "); create it, or set quiver.kubernetes.namespace"
                                : noApiServer(said));
            case BAD_REQUEST, INVALID:
                return new Refusal(
                        Kind.HOPELESS,
                        isOfApiServer(failure)
                                ? "the API server refuses the pod (" + said
                                        + "); check the settings quiver.kubernetes.* and the pod template"
                                : noApiServer(said));
            default:
                return other(failure, said);
        }
    }

    private Refusal other(KubernetesClientException failure, String said) {
        List<Throwable> causes = causes(failure);
        if (causes.stream().anyMatch(Refusals::isDistrust)) {
            return new Refusal(
                    Kind.HOPELESS,
                    "the API server " + server + " proves itself by a certificate that is not trusted (" + said
                            + "); name that of its authority with quiver.kubernetes.authenticate.caCertFile, or check"
                            + " the address after k8s://");
        }
        boolean nonsense =
                causes.stream().anyMatch(cause -> cause.getClass().getName().startsWith("com.fasterxml."));
        if (nonsense) {
            return new Refusal(Kind.HOPELESS, noApiServer("its answer is not what was asked for"));
        }
        return new Refusal(
                Kind.UNAVAILABLE,
                "the API server " + server + " does not answer (" + said
                        + "); check the address after k8s:// and the network to it");
    }

    private String noApiServer(String said) {
        return "what answers at " + server + " is no API server (" + said
                + "); 'kubectl cluster-info' shows the address to write after k8s://";
    }

    /** Other servers answer with pages for people. */
    private static boolean isOfApiServer(KubernetesClientException failure) {
        return failure.getStatus() != null && failure.getStatus().getReason() != null;
    }

    private static boolean isDistrust(Throwable cause) {
        return cause instanceof CertificateException || cause instanceof CertPathBuilderException;
    }

    /** Whether the server may have done what was asked, though nobody heard of it. */
    boolean mayHaveBeenDone(KubernetesClientException failure) {
        return of(failure).kind() == Kind.UNAVAILABLE
                && causes(failure).stream()
                        .noneMatch(cause -> cause instanceof ConnectException
                                || cause instanceof NoRouteToHostException
                                || cause instanceof HttpConnectTimeoutException
                                || isUnknownHost(cause));
    }

    private static boolean isUnknownHost(Throwable cause) {
        return cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException;
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        Throwable cause = failure;
        while (cause != null && causes.size() < DEEPEST_CAUSE) {
            causes.add(cause);
            cause = cause.getCause();
        }
        return causes;
    }

    /** What the server said, or why it could not, in one line. */
    static String words(KubernetesClientException failure) {
        String status = failure.getStatus() == null ? null : failure.getStatus().getMessage();
        return oneLine(status == null ? deepest(failure) : status);
    }

    /** The message nearest to the trouble; the JDK has none for the most usual. */
    private static String deepest(KubernetesClientException failure) {
        List<Throwable> causes = causes(failure);
        if (causes.stream().anyMatch(Refusals::isUnknownHost)) {
            return "the name of its host is not known";
        }
        for (int index = causes.size() - 1; index > 0; index--) {
            String message = causes.get(index).getMessage();
            if (message != null && !message.isBlank()) {
                return message;
            }
        }
        return causes.stream().anyMatch(ConnectException.class::isInstance)
                ? "nobody listens there"
                : String.valueOf(failure.getMessage());
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
