/**
 * Tasks that take much longer than the others of their stage, and are tried a second time beside: whoever succeeds first
 * counts. Owned by the scheduler's event loop. Start at {@link dev.quiver.scheduler.speculate.Speculation}.
 */
package dev.quiver.scheduler.speculate;
