/**
 * Who may publish output. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.commit.CommitCoordinator}.
 */
package dev.quiver.scheduler.commit;
