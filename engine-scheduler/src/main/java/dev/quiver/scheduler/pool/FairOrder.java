package dev.quiver.scheduler.pool;

/**
 * Who is furthest below its share: those under their minimum first, by how much of it they have; then by tasks per
 * weight. Pure arithmetic.
 */
final class FairOrder {
    private FairOrder() {}

    /** Negative when the first goes before the second, 0 when nothing tells them apart. */
    static int compare(int running, PoolSettings.Definition pool, int otherRunning, PoolSettings.Definition otherPool) {
        boolean needy = running < pool.minShare();
        boolean otherNeedy = otherRunning < otherPool.minShare();
        if (needy != otherNeedy) {
            return needy ? -1 : 1;
        }
        return needy
                ? Long.compare((long) running * otherPool.minShare(), (long) otherRunning * pool.minShare())
                : Long.compare((long) running * otherPool.weight(), (long) otherRunning * pool.weight());
    }
}
