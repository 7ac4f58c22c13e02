package dev.quiver.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What may have been meant by a name that does not exist. */
final class Nearest {
    private static final int MOST = 3;

    private Nearest() {}

    /** The nearest candidates, best first; empty when none is near. */
    static List<String> to(String name, Collection<String> candidates) {
        int near = Math.max(1, Math.min(4, name.length() / 3));
        return candidates.stream()
                .filter(candidate -> distance(name, candidate) <= near || startsAlike(name, candidate))
                .sorted(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /** {@code ", did you mean 'a' or 'b'?"}, or nothing when there is nothing to offer. */
    static String question(List<String> names) {
        return names.isEmpty() ? "" : ", did you mean '" + String.join("' or '", names) + "'?";
    }

    private static boolean startsAlike(String name, String candidate) {
        return name.length() >= 3 && candidate.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT));
    }

    /**
     * How many letters must be changed, added, dropped or swapped with their neighbour; a difference of case costs
     * nothing.
     */
    static int distance(String left, String right) {
        String from = left.toLowerCase(Locale.ROOT);
        String to = right.toLowerCase(Locale.ROOT);
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int row = 0; row <= from.length(); row++) {
            for (int column = 0; column <= to.length(); column++) {
                if (row == 0 || column == 0) {
                    cost[row][column] = row + column;
                    continue;
                }
                boolean same = from.charAt(row - 1) == to.charAt(column - 1);
                int least = Math.min(cost[row - 1][column], cost[row][column - 1]) + 1;
                least = Math.min(least, cost[row - 1][column - 1] + (same ? 0 : 1));
                if (row > 1
                        && column > 1
                        && from.charAt(row - 1) == to.charAt(column - 2)
                        && from.charAt(row - 2) == to.charAt(column - 1)) {
                    least = Math.min(least, cost[row - 2][column - 2] + 1);
                }
                cost[row][column] = least;
            }
        }
        return cost[from.length()][to.length()];
    }
}
