/**
 * Merging the values of each key on primitive arrays. {@link dev.quiver.exec.kernel.aggregate.Groups} is the table for
 * one shape of pairs; {@code FixedGroups} holds keys of one long, {@code TextGroups} texts, which generated code
 * may also merge one by one as it finds them, see {@code TextMerge}. The loops that call the
 * user's merge function are loaded once per function, see {@code OwnCopy}. Belongs to the task's thread. What a kernel
 * does not know it leaves to the interpreter, at any row. Start at {@code Groups}.
 */
package dev.quiver.exec.kernel.aggregate;
