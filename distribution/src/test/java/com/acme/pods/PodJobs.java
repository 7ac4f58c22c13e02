package com.acme.pods;

import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Jobs whose answers are known beforehand; the first argument says which. */
public final class PodJobs {
    private static final int KEYS = 7;
    private static final int CHUNK = 64 << 20;

    private PodJobs() {}

    public static void main(String[] args) {
        if (args[0].equals("exits")) {
            System.exit(Integer.parseInt(args[1]));
        }
        try (Session session = Session.builder().appName("pod-jobs").getOrCreate()) {
            switch (args[0]) {
                case "shuffle" -> shuffle(session, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
                case "eats" -> eats(session);
                case "grows" -> grows(session, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    /** A million numbers summed by their remainder, in {@code parts} tasks of so many milliseconds each, and as many again. */
    private static void shuffle(Session session, int parts, int millis) {
        List<Pair<Long, Long>> sums = slowly(session, parts, millis)
                .mapToPair(number -> Pair.of(number % KEYS, number))
                .reduceByKey(Long::sum, parts)
                .rows()
                .map(sum -> {
                    pause(millis);
                    return sum;
                })
                .collect();
        print(sums);
    }

    private static Dataset<Long> slowly(Session session, int parts, int millis) {
        return session.range(0, 1_000_000, 1, parts).map(number -> {
            if (number % (1_000_000 / parts) == 0) {
                pause(millis);
            }
            return number;
        });
    }

    private static void print(List<Pair<Long, Long>> sums) {
        sums.stream()
                .sorted((left, right) -> Long.compare(left.key(), right.key()))
                .forEach(sum -> System.out.println("remainder " + sum.key() + " sum " + sum.value()));
    }

    /** The first executor takes more memory than its container may, outside its heap; others do not. */
    private static void eats(Session session) {
        long count = session.range(0, 100, 1, 4)
                .map(number -> {
                    if (number == 0 && hostName().endsWith("-exec-1")) {
                        eat();
                    }
                    return number;
                })
                .count();
        System.out.println("counted " + count);
    }

    private static String hostName() {
        return String.valueOf(System.getenv("HOSTNAME"));
    }

    private static void eat() {
        List<ByteBuffer> eaten = new ArrayList<>();
        while (true) {
            ByteBuffer more = ByteBuffer.allocateDirect(CHUNK);
            for (int index = 0; index < CHUNK; index += 4096) {
                more.put(index, (byte) 1);
            }
            eaten.add(more);
        }
    }

    /** Many tasks, then a pause with nothing to do, then a job over the same shuffle. */
    private static void grows(Session session, int parts, int millis) {
        Dataset<Pair<Long, Long>> sums = slowly(session, parts, millis)
                .mapToPair(number -> Pair.of(number % KEYS, number))
                .reduceByKey(Long::sum, 4)
                .rows();
        print(sums.collect());
        System.out.println("first done");
        pause(20_000);
        print(sums.collect());
        System.out.println("second done");
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
