package dev.quiver.exec.pipeline;

import dev.quiver.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An even sample of things that come one after another, of a fixed size. Says beforehand which one it wants next, so that
 * all others cost nothing. After Kim-Hung Li, "Reservoir-sampling algorithms of time complexity O(n(1+log(N/n)))", 1994,
 * algorithm L. The same seed and number of things give the same choice.
 */
final class Reservoir {
    private final int size;
    private final SplittableRandom random;
    private final List<Object> chosen = new ArrayList<>();
    private double threshold = 1;
    private long wanted;

    /** @param size at least 1 */
    Reservoir(int size, long seed) {
        this.size = size;
        this.random = new SplittableRandom(seed);
    }

    /** Number of the next one to be chosen, from 0. */
    long wanted() {
        return wanted;
    }

    /** Takes the one that was wanted. */
    void choose(Object thing) {
        // A slice would keep all of the text around it.
        Object kept = thing instanceof Text slice ? slice.copy() : thing;
        if (chosen.size() < size) {
            chosen.add(kept);
        } else {
            chosen.set(random.nextInt(size), kept);
        }
        wanted = Math.addExact(wanted, 1 + (chosen.size() < size ? 0 : skip()));
    }

    private long skip() {
        // StrictMath, because the choice must not depend on whether this method was compiled.
        threshold *= StrictMath.exp(StrictMath.log(uniform()) / size);
        double skip = StrictMath.floor(StrictMath.log(uniform()) / StrictMath.log1p(-threshold));
        return (long) Math.min(skip, Long.MAX_VALUE >> 2);
    }

    /** Above 0. */
    private double uniform() {
        return 1 - random.nextDouble();
    }

    List<Object> chosen() {
        return chosen;
    }
}
