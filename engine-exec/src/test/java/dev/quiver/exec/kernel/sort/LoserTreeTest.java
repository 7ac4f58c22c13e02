package dev.quiver.exec.kernel.sort;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoserTreeTest {
    private static final int SEEDS = 200;

    /** A number and which source it came from. */
    private record Drawn(int number, int source) implements Comparable<Drawn> {
        @Override
        public int compareTo(Drawn other) {
            return number != other.number ? Integer.compare(number, other.number) : source - other.source;
        }
    }

    @Test
    void drawsTheLeastOfAnyNumberOfSourcesAndTheEarlierOfEqualOnes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<List<Integer>> sources = sources(random);
            List<Drawn> expected = new ArrayList<>();
            for (int source = 0; source < sources.size(); source++) {
                for (int number : sources.get(source)) {
                    expected.add(new Drawn(number, source));
                }
            }
            Collections.sort(expected);
            assertThat(drawn(sources, seed)).as("seed " + seed).isEqualTo(expected);
        }
    }

    private static List<List<Integer>> sources(Random random) {
        List<List<Integer>> sources = new ArrayList<>();
        int most = 1 + random.nextInt(100);
        for (int source = random.nextInt(20); source >= 0; source--) {
            List<Integer> numbers = new ArrayList<>(
                    random.ints(1 + random.nextInt(30), 0, most).boxed().toList());
            Collections.sort(numbers);
            sources.add(numbers);
        }
        return sources;
    }

    private static List<Drawn> drawn(List<List<Integer>> sources, int seed) {
        int[] next = new int[sources.size()];
        LoserTree tree = new LoserTree(sources.size(), (source, other) -> {
            int order = sources.get(source)
                    .get(next[source])
                    .compareTo(sources.get(other).get(next[other]));
            return order != 0 ? order < 0 : source < other;
        });
        List<Drawn> drawn = new ArrayList<>();
        while (tree.size() > 0) {
            int winner = tree.winner();
            drawn.add(new Drawn(sources.get(winner).get(next[winner]), winner));
            int second = tree.size() > 1 ? tree.runnerUp() : -1;
            if (++next[winner] < sources.get(winner).size()) {
                tree.replay();
            } else {
                tree.remove();
            }
            if (tree.size() > 0 && tree.winner() != winner) {
                assertThat(tree.winner()).as("runner-up, seed " + seed).isEqualTo(second);
            }
        }
        return drawn;
    }
}
