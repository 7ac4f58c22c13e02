package dev.quiver.k8s;

import dev.quiver.UsageException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * A master of the form {@code k8s://https://host:port}.
 *
 * @param server the API server; empty for the one that the user's own configuration, or the pod, names
 */
record KubernetesMaster(String server) {
    static final String PREFIX = "k8s://";
    static final String FORM = "k8s://https://host:port";

    /**
     * Reads a master.
     *
     * @throws UsageException naming the text and what is wrong with it
     */
    static KubernetesMaster parse(String master) {
        String server = master.substring(PREFIX.length()).trim();
        if (server.isEmpty()) {
            return new KubernetesMaster("");
        }
        String url = server.contains("://") ? server : "https://" + server;
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme());
            if (!scheme.equals("https") && !scheme.equals("http")) {
                throw malformed(master, "the API server speaks https or http, not " + scheme);
            }
            if (uri.getHost() == null) {
                throw malformed(master, "it names no host");
            }
            return new KubernetesMaster(url);
        } catch (URISyntaxException unreadable) {
            throw malformed(master, unreadable.getReason());
        }
    }

    private static UsageException malformed(String master, String why) {
        return new UsageException("master '" + master + "' is malformed: " + why + "; write " + FORM
                + " as 'kubectl cluster-info' shows it, or k8s:// for the current context of your kubeconfig");
    }
}
