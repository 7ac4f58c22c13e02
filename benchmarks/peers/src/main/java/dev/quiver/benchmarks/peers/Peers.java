package dev.quiver.benchmarks.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs workloads on one engine and prints one line a run, as {@code quiver bench} does:
 * {@code ENGINE WORKLOAD,… [--master local[2]] [--runs N] [--data DIR] [-Dn=…] [-Dkeys=…] [-Dparts=…]}. Workloads that
 * the engine has not are left out.
 */
public final class Peers {
    private static final Map<String, String> CHECKS = Map.of(
            "startup", "1000",
            "narrow", "13435187421173872",
            "aggregate", "1000000",
            "sort", "5000000",
            "sort-long", "20000000",
            "join", "54430173366509",
            "group", "5000000",
            "tinytasks", "10000",
            "manyblocks", "250000",
            "iterate", "w0=3.1880");

    private Peers() {}

    public static void main(String[] args) throws Exception {
        Map<String, Long> given = new TreeMap<>();
        Path data = Path.of("data");
        String master = "local[2]";
        int runs = 5;
        for (int index = 2; index < args.length; index++) {
            if (args[index].startsWith("-D")) {
                String[] size = args[index].substring(2).split("=", 2);
                given.put(size[0], Long.parseLong(size[1].replace("_", "")));
            } else {
                switch (args[index]) {
                    case "--runs" -> runs = Integer.parseInt(args[++index]);
                    case "--data" -> data = Path.of(args[++index]);
                    case "--master" -> master = args[++index];
                    default -> throw new IllegalArgumentException("peers have no option " + args[index]);
                }
            }
        }
        Sizes sizes = new Sizes(given, data, master);
        List<String> workloads = List.of(args[1].split(","));
        if (workloads.contains("startup") && args[0].startsWith("spark")) {
            startup(args[0], sizes, runs);
        }
        try (Peer peer = create(args[0], sizes)) {
            Map<String, Peer.Work> can = new TreeMap<>(peer.workloads());
            // What others do with strings is what ours with slices is compared with.
            if (can.containsKey("wordcount")) {
                can.put("wordcount-text", can.get("wordcount"));
            }
            List<String> known = workloads.stream().filter(can::containsKey).toList();
            if (known.isEmpty()) {
                return;
            }
            peer.open();
            for (String workload : known) {
                if (workload.equals("first-result")) {
                    System.out.println("result " + can.get(workload).run());
                } else {
                    run(args[0], workload, peer.master(), can.get(workload), runs, sizes);
                }
            }
        }
        printPeakMemory(args[0]);
    }

    private static Peer create(String engine, Sizes sizes) throws Exception {
        return switch (engine) {
            case "spark-rdd" -> new SparkRdd(sizes);
            case "spark-sql" -> new SparkSql(sizes);
            case "duckdb" -> new DuckDb(sizes, false);
            case "duckdb-table" -> new DuckDb(sizes, true);
            case "streams" -> new JdkStreams(sizes);
            case "hand" -> new Hand(sizes);
            default -> throw new IllegalArgumentException("there is no engine '" + engine
                    + "'; there are spark-rdd, spark-sql, duckdb, duckdb-table, streams and hand");
        };
    }

    private static void run(String engine, String workload, String master, Peer.Work work, int runs, Sizes sizes)
            throws Exception {
        work.prepare();
        String expected = sizes.areUsual() ? CHECKS.get(workload) : null;
        for (int run = 1; run <= runs; run++) {
            long start = System.nanoTime();
            String check = work.run();
            long nanos = System.nanoTime() - start;
            print(workload, engine, master, run, nanos, check);
            String told = check.split(" ", 2)[0];
            if (expected != null && !told.equals(expected)) {
                throw new IllegalStateException(
                        "run " + run + " of " + workload + " on " + engine + " gave " + told + ", not " + expected);
            }
            expected = told;
        }
    }

    /** Each run a process of its own, with the flags of this one, from its start to its first result. */
    private static void startup(String engine, Sizes sizes, int runs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Peers.class.getName()));
        command.addAll(List.of(engine, "first-result", "--master", sizes.master()));
        sizes.given().forEach((name, value) -> command.add("-D" + name + "=" + value));
        for (int run = 1; run <= runs; run++) {
            long start = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line = process.inputReader().readLine();
            long nanos = System.nanoTime() - start;
            if (process.waitFor() != 0 || line == null || !line.startsWith("result ")) {
                throw new IllegalStateException("the process that startup measures failed: " + line);
            }
            print("startup", engine, sizes.master(), run, nanos, line.substring("result ".length()));
        }
    }

    private static void print(String workload, String engine, String master, int run, long nanos, String check) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s %s %s run=%d seconds=%.4f check=%s",
                workload,
                engine,
                master,
                run,
                nanos / 1e9,
                check));
    }

    private static void printPeakMemory(String engine) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .forEach(line -> System.err.println(engine + ": peak memory of this process "
                            + (Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10) + " MiB"));
        }
    }
}
