/**
 * The backend for Kubernetes: executors in pods. Start at {@link dev.quiver.k8s.KubernetesManager}, which the driver finds,
 * then {@link dev.quiver.k8s.KubernetesBackend}. What pods there should be is decided in {@code allocate}, what a pod looks
 * like in {@code pod}, and only {@code client} speaks to an API server.
 */
package dev.quiver.k8s;
