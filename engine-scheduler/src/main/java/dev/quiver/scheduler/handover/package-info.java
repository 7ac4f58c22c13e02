/**
 * What an executor holds goes to others before it leaves. Owned by the scheduler's event loop. Start at
 * {@link dev.quiver.scheduler.handover.Handover}; when an executor may leave is decided by
 * {@link dev.quiver.scheduler.handover.Departures}.
 */
package dev.quiver.scheduler.handover;
