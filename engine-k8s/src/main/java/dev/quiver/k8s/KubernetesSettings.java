package dev.quiver.k8s;

import dev.quiver.config.ConfigKey;
import java.util.List;

/** How the API server is spoken to. What is not set comes from the kubeconfig, or in a pod from its service account. */
public final class KubernetesSettings {
    public static final ConfigKey<String> CONTEXT = ConfigKey.text("kubernetes.context", "")
            .doc("Context of the kubeconfig to use; empty means the current one.");
    public static final ConfigKey<String> NAMESPACE = ConfigKey.text("kubernetes.namespace", "")
            .doc("Namespace for pods and all that belongs to them; empty means that of the context or the service"
                    + " account, else 'default'.");
    public static final ConfigKey<String> CA_CERTIFICATE = ConfigKey.text("kubernetes.authenticate.caCertFile", "")
            .doc("File with the certificate of the authority that the API server proves itself by.");
    public static final ConfigKey<String> TOKEN_FILE = ConfigKey.text("kubernetes.authenticate.oauthTokenFile", "")
            .doc("File with the token to log in with; read again when it changes.");
    public static final ConfigKey<String> CLIENT_CERTIFICATE = ConfigKey.text(
                    "kubernetes.authenticate.clientCertFile", "")
            .doc("File with the certificate to log in with.");
    public static final ConfigKey<String> CLIENT_KEY =
            ConfigKey.text("kubernetes.authenticate.clientKeyFile", "").doc("File with the key of that certificate.");

    public static final ConfigKey<String> DRIVER_POD = ConfigKey.text("kubernetes.driver.pod.name", "")
            .doc("The pod that this driver runs in: executors' pods go when it goes. Set in cluster mode; in client"
                    + " mode set it where the application itself runs in a pod.");

    private KubernetesSettings() {}

    /** Every key of this class. */
    public static List<ConfigKey<?>> keys() {
        return List.of(CONTEXT, NAMESPACE, CA_CERTIFICATE, TOKEN_FILE, CLIENT_CERTIFICATE, CLIENT_KEY, DRIVER_POD);
    }
}
