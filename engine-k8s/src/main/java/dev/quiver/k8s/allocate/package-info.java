/**
 * Which pods there should be: a pure state machine under a clock that comes in. Start at
 * {@link dev.quiver.k8s.allocate.PodAllocation}. Belongs to the one thread that drives it; knows no Kubernetes client.
 */
package dev.quiver.k8s.allocate;
