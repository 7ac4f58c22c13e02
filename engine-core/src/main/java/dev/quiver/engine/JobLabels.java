package dev.quiver.engine;

import java.util.Set;
import java.util.TreeSet;

/**
 * What the jobs of a thread are called, so that they can be found again.
 *
 * @param group the innermost one, or empty text
 * @param tags  all of them
 */
public record JobLabels(String group, Set<String> tags) {
    /** No group, no tag. */
    public static final JobLabels NONE = new JobLabels("", Set.of());

    public JobLabels {
        tags = Set.copyOf(tags);
    }

    public JobLabels withGroup(String name) {
        return new JobLabels(name, tags);
    }

    public JobLabels withTag(String name) {
        Set<String> more = new TreeSet<>(tags);
        more.add(name);
        return new JobLabels(group, more);
    }
}
