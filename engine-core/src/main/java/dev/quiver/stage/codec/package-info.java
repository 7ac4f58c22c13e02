/**
 * How a stage plan travels between processes. The structure of a plan is written field by field, in a few hundred bytes;
 * only what holds functions of the user is left to Java serialization. Start at {@link dev.quiver.stage.codec.PlanCodec}.
 */
package dev.quiver.stage.codec;
