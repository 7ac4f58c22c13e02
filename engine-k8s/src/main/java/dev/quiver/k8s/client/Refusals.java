package dev.quiver.k8s.client;

import dev.quiver.k8s.allocate.Refusal;
import dev.quiver.k8s.allocate.Refusal.Kind;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Sorts the ways in which an API server says no, and says how to mend each. */
final class Refusals {
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int INVALID = 422;

    private Refusals() {}

    static Refusal of(KubernetesClientException failure, String namespace) {
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
                        "namespace '" + namespace + "' or something else that is named does not exist (" + said
                                + "); create it, or set quiver.kubernetes.namespace");
            case BAD_REQUEST, INVALID:
                return new Refusal(
                        Kind.HOPELESS,
                        "the API server refuses the pod (" + said
                                + "); check the settings quiver.kubernetes.executor.* and the pod template");
            default:
                return new Refusal(
                        Kind.UNAVAILABLE, "the API server does not answer (" + said + "); tried again until it does");
        }
    }

    /** What the server said, in one line. */
    static String words(KubernetesClientException failure) {
        String status = failure.getStatus() == null ? null : failure.getStatus().getMessage();
        Throwable cause = failure.getCause();
        String text = status != null
                ? status
                : cause != null && cause.getMessage() != null
                        ? cause.getMessage()
                        : cause != null ? cause.getClass().getSimpleName() : String.valueOf(failure.getMessage());
        return text.strip().replaceAll("\\s+", " ");
    }
}
