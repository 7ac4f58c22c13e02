package dev.quiver.examples;

import dev.quiver.Dataset;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the access log of a web server, in the common log format, and answers three questions from one cached dataset:
 * which status codes were sent how often, which hosts asked most, and how many bytes went out in each hour of the day.
 */
public final class LogAnalysis {
    static final String USAGE = "loganalysis [FILE|DIR] [--top N] [--lines N] [--seed N]";

    private static final Pattern LINE = Pattern.compile(
            "(\\S+) \\S+ \\S+ \\[[^:\\]]+:(\\d\\d):\\d\\d:\\d\\d [^\\]]*\\] \"([^\"]*)\" (\\d{3}) (\\d+|-).*");
    private static final int[] STATUS = {200, 200, 200, 200, 200, 200, 304, 301, 404, 500};

    /** One request. The hour is that of the log's own time zone, 0 to 23. */
    record Request(String host, int hour, String request, int status, long bytes) {}

    private LogAnalysis() {}

    public static void main(String[] args) {
        Arguments arguments = new Arguments(USAGE, Set.of("--top", "--lines", "--seed"), args);
        List<String> rest = arguments.rest(0, 1);
        int top = arguments.count("--top", 10, 0);
        long count = arguments.number("--lines", 100_000, 0);
        long seed = arguments.number("--seed", 42, Long.MIN_VALUE);

        try (Session session = Session.builder().appName("loganalysis").getOrCreate()) {
            Dataset<String> lines = rest.isEmpty()
                    ? session.range(count).map(index -> randomLine(index, seed))
                    : session.textFile(rest.get(0), session.defaultParallelism());
            Dataset<Request> requests = requests(lines).cache();

            print("status", "requests", byStatus(requests).sortByKey().collect());
            print("host", "requests", topHosts(requests, top));
            print("hour", "bytes", bytesByHour(requests).sortByKey().collect());
            long unreadable = lines.count() - requests.count();
            System.out.println("lines that are no requests: " + unreadable);
        }
    }

    /** The lines that are requests; others are left out. */
    static Dataset<Request> requests(Dataset<String> lines) {
        return lines.flatMap(LogAnalysis::parse);
    }

    static Keyed<Integer, Long> byStatus(Dataset<Request> requests) {
        return requests.mapToPair(request -> Pair.of(request.status(), 1L)).reduceByKey(Long::sum);
    }

    /** The hosts with the most requests; among equals in the order of the alphabet. */
    static List<Pair<String, Long>> topHosts(Dataset<Request> requests, int limit) {
        return requests.mapToPair(request -> Pair.of(request.host(), 1L))
                .reduceByKey(Long::sum)
                .rows()
                .top(limit, (left, right) -> {
                    int byCount = Long.compare(left.value(), right.value());
                    return byCount != 0 ? byCount : right.key().compareTo(left.key());
                });
    }

    static Keyed<Integer, Long> bytesByHour(Dataset<Request> requests) {
        return requests.mapToPair(request -> Pair.of(request.hour(), request.bytes()))
                .reduceByKey(Long::sum);
    }

    /** The request in a line, or none. */
    static List<Request> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return List.of();
        }
        String bytes = matcher.group(5);
        return List.of(new Request(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3),
                Integer.parseInt(matcher.group(4)),
                bytes.equals("-") ? 0 : Long.parseLong(bytes)));
    }

    /** A request of a busy day; few hosts ask most, and one line in a hundred is broken. */
    static String randomLine(long index, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_000_007L + index);
        if (random.nextInt(100) == 0) {
            return "-- line " + index + " was cut off";
        }
        double host = random.nextDouble();
        int status = STATUS[random.nextInt(STATUS.length)];
        String bytes = status == 304 ? "-" : Integer.toString(random.nextInt(50_000));
        return String.format(
                Locale.ROOT,
                "10.0.0.%d - - [01/Nov/2026:%02d:%02d:%02d +0000] \"GET /page/%d HTTP/1.1\" %d %s",
                (int) (250 * host * host),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60),
                random.nextInt(1000),
                status,
                bytes);
    }

    private static <K> void print(String key, String value, List<Pair<K, Long>> rows) {
        System.out.printf("%-16s %14s%n", key, value);
        rows.forEach(row -> System.out.printf(Locale.ROOT, "%-16s %,14d%n", row.key(), row.value()));
        System.out.println();
    }
}
