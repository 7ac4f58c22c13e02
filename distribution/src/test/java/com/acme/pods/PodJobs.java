package com.acme.pods;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

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
                case "keeps" -> keeps(session, Integer.parseInt(args[1]), Integer.parseInt(args[2]), Path.of(args[3]));
                case "reads" -> reads(session, args[1]);
                case "looks" -> looks(session, List.of(Arrays.copyOfRange(args, 1, args.length)));
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

    /**
     * A shuffle over cached rows; then tasks that read the shuffle and take their time; then, once a file is there, the
     * cached rows again. Says how often a partition of the rows was computed.
     */
    private static void keeps(Session session, int parts, int millis, Path file) {
        Accumulator<Long> computed = session.longAccumulator("computed");
        Dataset<Long> kept = session.range(0, 1_000_000, 1, parts)
                .map(number -> {
                    if (number % (1_000_000 / parts) == 0) {
                        computed.add(1L);
                    }
                    return number;
                })
                .persist(StorageLevel.MEMORY_AND_DISK);
        Dataset<Pair<Long, Long>> sums = kept.mapToPair(number -> Pair.of(number % KEYS, number))
                .reduceByKey(Long::sum, parts)
                .rows();
        print(sums.collect());
        System.out.println("computed " + computed.value());
        print(sums.mapPartitions(rows -> {
                    pause(millis);
                    return rows;
                })
                .collect());
        awaitFile(file);
        System.out.println("counted " + kept.count());
        System.out.println("computed " + computed.value());
    }

    /** A file as driver and executor see it. */
    private static void reads(Session session, String file) {
        System.out.println("driver reads " + read(file));
        session.range(0, 1, 1, 1)
                .map(number -> "executor reads " + read(file))
                .collect()
                .forEach(System.out::println);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException missing) {
            return "nothing: " + missing;
        }
    }

    /** What an executor finds in its pod once it has written cached rows and map outputs to its disks. */
    private static void looks(Session session, List<String> folders) {
        Dataset<Pair<Long, Long>> sums = session.range(0, 1_000_000, 1, 4)
                .persist(StorageLevel.DISK_ONLY)
                .mapToPair(number -> Pair.of(number % KEYS, number))
                .reduceByKey(Long::sum, 2)
                .rows();
        print(sums.collect());
        session.range(0, 1, 1, 1).map(number -> view(folders)).collect().forEach(System.out::print);
    }

    private static String view(List<String> folders) throws IOException {
        StringBuilder seen = new StringBuilder();
        for (String folder : folders) {
            try (Stream<Path> own = Files.list(Path.of(folder))) {
                for (Path each : own.filter(PodJobs::isOfQuiver).sorted().toList()) {
                    seen.append(folder + " has " + each.getFileName() + " with " + files(each) + " files\n");
                }
            }
        }
        Path greeting = Path.of("/etc/quiver/greeting/greeting");
        seen.append("greeting " + PosixFilePermissions.toString(Files.getPosixFilePermissions(greeting.toRealPath()))
                + " of user " + Files.getAttribute(greeting, "unix:uid") + " and group "
                + Files.getAttribute(greeting, "unix:gid") + "\n");
        Path file = Files.createTempFile("looks", ".tmp");
        seen.append(
                "temporary files of user " + Files.getAttribute(file, "unix:uid") + " in " + file.getParent() + "\n");
        Files.delete(file);
        return seen + "root is " + (isWritable(Path.of("/opt/quiver")) || isWritable(Path.of("/")) ? "open" : "closed")
                + "\n";
    }

    private static boolean isOfQuiver(Path path) {
        return path.getFileName().toString().startsWith("quiver-") && Files.isDirectory(path);
    }

    /** -1 for a folder of somebody else. */
    private static long files(Path folder) throws IOException {
        if (!Files.isReadable(folder)) {
            return -1;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    private static boolean isWritable(Path folder) {
        try {
            Files.delete(Files.createFile(folder.resolve("written")));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
