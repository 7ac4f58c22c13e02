/**
 * Whose turn it is when several jobs want the same slots: first come first served, or fair shares by pool. Owned by the
 * scheduler's event loop. Start at {@link dev.quiver.scheduler.pool.Turns}; the rule of fairness is in {@code FairOrder}.
 */
package dev.quiver.scheduler.pool;
