package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.IOException;
import java.nio.file.Path;

/** Counts words as slices of the file, and adds the counts up. */
final class WordCountText implements Workload {
    private Path words;
    private long wordsInFile;

    @Override
    public void prepare(Session session, Sizes sizes) throws IOException {
        words = WordsFile.in(sizes);
        wordsInFile = WordsFile.count(words);
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        return Outcome.of(session.textSlices(words.toString(), partitions)
                .flatMap(line -> line.split(' '))
                .mapToPair(word -> Pair.of(word, 1L))
                .reduceByKey(Long::sum, partitions)
                .values()
                .reduce(Long::sum));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(wordsInFile);
    }
}
