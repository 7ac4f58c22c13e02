/**
 * Cluster mode: a driver in a pod. Start at {@link dev.quiver.k8s.submit.Submission}, which runs where the user is;
 * {@link dev.quiver.k8s.submit.JarReceiver} runs in the pod before the driver.
 */
package dev.quiver.k8s.submit;
