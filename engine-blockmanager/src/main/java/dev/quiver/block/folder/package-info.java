/**
 * The folders that a process puts working files in, one on each of its disks, and which of them are out of use. Safe for
 * many threads. Start at {@link dev.quiver.block.folder.LocalFolders}.
 */
package dev.quiver.block.folder;
