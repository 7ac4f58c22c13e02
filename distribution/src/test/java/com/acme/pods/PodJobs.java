package com.acme.pods;

import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
                case "grows" -> grows(session, Integer.parseInt(args[1]), Integer.parseInt(args[2]), Path.of(args[3]));
                case "killed" -> killed(session);
                case "first" -> first(session);
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

    /**
     * A small shuffle, many tasks without one, and the small shuffle again once a file is there: in between executors come
     * and go.
     */
    private static void grows(Session session, int parts, int millis, Path file) {
        Dataset<Pair<Long, Long>> sums = slowly(session, 1, 0)
                .mapToPair(number -> Pair.of(number % KEYS, number))
                .reduceByKey(Long::sum, 2)
                .rows();
        print(sums.collect());
        System.out.println("counted " + slowly(session, parts, millis).count());
        awaitFile(file);
        print(sums.collect());
    }

    private static void awaitFile(Path file) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (!Files.exists(file)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("nobody made " + file);
            }
            pause(100);
        }
    }

    /** The process of the first executor ends as if the node had killed it; others count. */
    private static void killed(Session session) {
        long count = session.range(0, 100, 1, 4)
                .map(number -> {
                    if (number == 0 && hostName().endsWith("-exec-1")) {
                        killThisProcess();
                    }
                    return number;
                })
                .count();
        System.out.println("counted " + count);
    }

    /** There is no public way for a Java process, so this needs --add-opens=java.base/java.lang=ALL-UNNAMED. */
    private static void killThisProcess() throws ReflectiveOperationException {
        Method destroy = Class.forName("java.lang.ProcessHandleImpl")
                .getDeclaredMethod("destroy0", long.class, long.class, boolean.class);
        destroy.setAccessible(true);
        destroy.invoke(null, ProcessHandle.current().pid(), 0L, true);
        pause(60_000);
    }

    /** When the first task ran, in milliseconds since 1970. */
    private static void first(Session session) {
        System.out.println("first task at "
                + session.range(0, 1, 1, 1)
                        .map(number -> System.currentTimeMillis())
                        .collect()
                        .get(0));
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
