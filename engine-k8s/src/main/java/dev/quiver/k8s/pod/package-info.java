/**
 * What a pod looks like: pure functions of the configuration. Start at {@link dev.quiver.k8s.pod.ExecutorPodSpec}.
 */
package dev.quiver.k8s.pod;
