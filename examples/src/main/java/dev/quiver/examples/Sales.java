package dev.quiver.examples;

import dev.quiver.Session;
import java.util.List;

/** Adds up sales by city. */
public final class Sales {
    record Sale(String city, int amount) {}

    public static void main(String[] args) {
        List<Sale> sales = List.of(new Sale("Oslo", 5), new Sale("Lyon", 3), new Sale("Lyon", 4), new Sale("Rome", 0));
        try (Session session = Session.builder().appName("sales").getOrCreate()) {
            session.parallelize(sales)
                    .filter(sale -> sale.amount() > 0)
                    .keyBy(Sale::city)
                    .mapValues(Sale::amount)
                    .reduceByKey(Integer::sum)
                    .sortByKey()
                    .collect()
                    .forEach(total -> System.out.println(total.key() + " sold " + total.value()));
        }
    }
}
