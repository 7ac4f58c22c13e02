/**
 * The backend for Kubernetes. So far it only knows its masters and refuses them. Start at
 * {@link dev.quiver.k8s.KubernetesProvider}, which any thread may call.
 */
package dev.quiver.k8s;
