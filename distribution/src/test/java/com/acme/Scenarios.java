package com.acme;

import com.acme.library.Price;
import dev.quiver.Dataset;
import dev.quiver.Session;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What an application may do, well or badly; the first argument says what. */
public final class Scenarios {
    record Sale(String city, long cents) {}

    private Scenarios() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "exits" -> System.exit(7);
            case "throws" -> throw new IllegalStateException("no more stock");
            default -> withSession(args);
        }
    }

    private static void withSession(String[] args) {
        try (Session session = Session.builder().appName("scenarios").getOrCreate()) {
            switch (args[0]) {
                case "totals" -> totals(session);
                case "captures" -> captures(session);
                case "taskThrows" -> taskThrows(session);
                case "taskExits" -> taskExits(session);
                case "holds" -> holds(session, Integer.parseInt(args[1]));
                case "saves" -> rows(session).saveAsTextFile(args[1]);
                case "shuffles" -> System.out.println(rows(session).distinct().count());
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void totals(Session session) {
        List<Sale> sales = IntStream.range(0, 1000)
                .mapToObj(number -> new Sale(number % 3 == 0 ? "Oslo" : "Lyon", number))
                .toList();
        session.parallelize(sales, 5)
                .filter(sale -> sale.cents() > 0)
                .keyBy(Sale::city)
                .mapValues(Sale::cents)
                .reduceByKey(Long::sum)
                .sortByKey()
                .rows()
                .map(total -> total.key() + " sold " + Price.of(total.value()))
                .collect()
                .forEach(System.out::println);
    }

    private static void captures(Session session) {
        Thread here = Thread.currentThread();
        session.range(10).map(number -> here.getName() + number).count();
    }

    private static void taskThrows(Session session) {
        session.range(0, 10, 1, 2)
                .map(number -> {
                    if (number == 7) {
                        throw new java.io.IOException("seven is bad luck");
                    }
                    return number;
                })
                .count();
    }

    private static void taskExits(Session session) {
        session.range(0, 10, 1, 2)
                .map(number -> {
                    if (number == 7) {
                        System.exit(0);
                    }
                    return number;
                })
                .count();
    }

    /** A task calls a port and waits there until somebody hangs up. */
    private static void holds(Session session, int port) {
        session.range(0, 2, 1, 2)
                .map(number -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.getInputStream().read();
                    }
                })
                .count();
    }

    /** Some 60 MB of text. */
    private static Dataset<String> rows(Session session) {
        return session.parallelize(LongStream.range(0, 1000).boxed().toList(), 4)
                .flatMap(block -> LongStream.range(0, 1000)
                        .mapToObj(line -> block * 1000 + line + " "
                                + Long.toHexString((block * 1000 + line) * 0x9E3779B97F4A7C15L)
                                + Long.toHexString((block * 1000 + line) * 0xC2B2AE3D27D4EB4FL) + "0123456789abcdef")
                        .toList());
    }
}
