/**
 * Parts of the engine on their own, under JMH: where a workload as a whole got slower, these say which part did. One
 * class for each part; JMH's threads own everything. {@code docs/benchmarks.md} has the command.
 */
package dev.quiver.benchmarks.jmh;
