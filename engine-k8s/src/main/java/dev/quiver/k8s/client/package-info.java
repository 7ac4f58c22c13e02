/**
 * The conversation with an API server. Start at {@link dev.quiver.k8s.client.ExecutorPods}; nothing else speaks to one.
 */
package dev.quiver.k8s.client;
