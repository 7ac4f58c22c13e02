/**
 * The rules of the module map, checked on the compiled classes of all modules at once. They live in this module because
 * its class path is the only one that holds every other. Start at {@link dev.quiver.architecture.Module}, which says
 * which package belongs to which module and what each module may name.
 */
package dev.quiver.architecture;
