package dev.quiver.scheduler.place;

/** Deals tasks out like cards: one to each in turn, so that none gets all, and then each takes its share in one run. */
final class Dealing {
    private Dealing() {}

    /**
     * How many tasks each executor gets.
     *
     * @param freeSlots slots without work, by executor
     * @param queueRoom places behind busy slots, by executor
     * @param tasks     tasks to deal
     * @param reserve   of these, tasks that go to free slots only: the tail is held back, so that a slow executor
     *                  delays nothing another could run
     * @param start     the executor that is served first
     * @return as many numbers as there are executors, together at most {@code tasks}
     */
    static int[] shares(int[] freeSlots, int[] queueRoom, int tasks, int reserve, int start) {
        int[] shares = new int[freeSlots.length];
        int left = deal(shares, freeSlots, tasks, start);
        int queued = left - reserve;
        if (queued > 0) {
            int[] room = new int[freeSlots.length];
            for (int index = 0; index < room.length; index++) {
                room[index] = freeSlots[index] + queueRoom[index];
            }
            deal(shares, room, queued, start);
        }
        return shares;
    }

    private static int deal(int[] shares, int[] room, int tasks, int start) {
        int left = tasks;
        boolean dealt = true;
        while (left > 0 && dealt) {
            dealt = false;
            for (int offset = 0; offset < shares.length && left > 0; offset++) {
                int index = (start + offset) % shares.length;
                if (shares[index] < room[index]) {
                    shares[index]++;
                    left--;
                    dealt = true;
                }
            }
        }
        return left;
    }
}
