/**
 * The built distribution, used from outside as a person does: processes, arguments, exit codes and what is printed. Start
 * at {@link dev.quiver.usage.Shell}.
 */
package dev.quiver.usage;
