/**
 * Tests on a real cluster, of what users do: the commands of a built distribution against whatever {@code KUBECONFIG} names.
 * Start at {@link dev.quiver.kubernetes.ClusterTest}.
 */
package dev.quiver.kubernetes;
