package dev.quiver.exec.kernel.sort;

/**
 * Which of several sorted sources has the row that comes next: a tournament whose inner nodes remember who lost there
 * (Knuth, The Art of Computer Programming, volume 3, section 5.4.1), so that after a step one comparison a level finds the
 * next winner. Belongs to one thread.
 */
public final class LoserTree {
    /** The order of the sources' next rows. */
    @FunctionalInterface
    public interface Order {
        /** Whether the next row of one source comes before that of another; of two sources exactly one is before. */
        boolean isBefore(int source, int other);
    }

    private final Order order;
    private final int[] sources;
    private final int[] places;

    /** The winner of all at 0, at each other node who lost there; the sources are leaves {@code size} to {@code 2 * size}. */
    private final int[] nodes;

    private int size;

    /** A tournament of the sources from 0 on, each of which has a next row. */
    public LoserTree(int count, Order order) {
        this.order = order;
        this.sources = new int[count];
        this.places = new int[count];
        this.nodes = new int[Math.max(1, count)];
        this.size = count;
        for (int source = 0; source < count; source++) {
            sources[source] = source;
        }
        play();
    }

    /** How many sources still have rows. */
    public int size() {
        return size;
    }

    /** The source whose row comes next; there must be one. */
    public int winner() {
        return nodes[0];
    }

    /** The source whose row would come next without the winner; there must be two. */
    public int runnerUp() {
        int node = size + places[nodes[0]] >>> 1;
        int best = nodes[node];
        for (node >>>= 1; node > 0; node >>>= 1) {
            if (order.isBefore(nodes[node], best)) {
                best = nodes[node];
            }
        }
        return best;
    }

    /** The winner has another next row. */
    public void replay() {
        int winner = nodes[0];
        for (int node = size + places[winner] >>> 1; node > 0; node >>>= 1) {
            int other = nodes[node];
            if (order.isBefore(other, winner)) {
                nodes[node] = winner;
                winner = other;
            }
        }
        nodes[0] = winner;
    }

    /** The winner has no more rows. */
    public void remove() {
        int place = places[nodes[0]];
        System.arraycopy(sources, place + 1, sources, place, --size - place);
        play();
    }

    private void play() {
        for (int place = 0; place < size; place++) {
            places[sources[place]] = place;
        }
        if (size > 0) {
            nodes[0] = play(1);
        }
    }

    /** Plays all matches below a node. @return who wins there */
    private int play(int node) {
        if (node >= size) {
            return sources[node - size];
        }
        int left = play(2 * node);
        int right = play(2 * node + 1);
        boolean wins = order.isBefore(left, right);
        nodes[node] = wins ? right : left;
        return wins ? left : right;
    }
}
