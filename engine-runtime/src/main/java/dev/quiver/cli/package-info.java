/**
 * The command line behind {@code bin/quiver}: reads arguments, starts an application in this process and turns its end
 * into an exit code and at most one line. Everything here runs on the main thread. Start at
 * {@link dev.quiver.cli.Quiver}; the options are declared in {@link dev.quiver.cli.Grammar}.
 */
package dev.quiver.cli;
