/**
 * A stage as data: the flat program an executor installs, and what becomes of its rows. Immutable. Start at
 * {@link dev.quiver.stage.StagePlan}.
 */
package dev.quiver.stage;
