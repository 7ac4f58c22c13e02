package dev.quiver.scheduler.pool;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How jobs share the slots.
 *
 * @param fair  whether pools get fair shares; otherwise the oldest job goes first, whatever its pool
 * @param pools the pools that are not as usual, by name
 */
public record PoolSettings(boolean fair, Map<String, Definition> pools) {
    public static final ConfigKey<String> MODE = ConfigKey.text("scheduler.mode", "FIFO")
            .check(PoolSettings::isOrder, "be FIFO or FAIR")
            .doc("Who gets the next free slot: FIFO, the oldest job that wants one; FAIR, the pool that is furthest"
                    + " below its share. A thread chooses the pool of its jobs with Session.withPool.");
    public static final ConfigKey<String> POOLS = ConfigKey.text("scheduler.pools", "")
            .check(
                    PoolSettings::isReadable,
                    "be pools separated by semicolons, each a name followed by weight=, minShare="
                            + " and order=, as in 'reports weight=2 minShare=4; adhoc order=FAIR'")
            .doc("Pools of scheduler.mode FAIR: 'reports weight=2 minShare=4; adhoc order=FAIR'. A pool below"
                    + " minShare tasks goes first; beyond that slots are shared by weight. Within a pool, order"
                    + " says FIFO or FAIR. Pools not named here have weight 1, minShare 0 and FIFO.");

    /** What the keys say when nobody sets them. */
    public static final PoolSettings DEFAULTS = new PoolSettings(false, Map.of());

    public PoolSettings {
        pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
    }

    /**
     * One pool.
     *
     * @param weight   its share relative to the others, at least 1
     * @param minShare tasks it may run before shares are looked at, 0 or more
     * @param fair     whether its jobs share what it gets; otherwise the oldest goes first
     */
    public record Definition(int weight, int minShare, boolean fair) {
        static final Definition USUAL = new Definition(1, 0, false);

        public Definition {
            if (weight < 1 || minShare < 0) {
                throw new IllegalArgumentException("weight " + weight + ", minShare " + minShare);
            }
        }
    }

    Definition of(String pool) {
        return pools.getOrDefault(pool, Definition.USUAL);
    }

    public static List<ConfigKey<?>> keys() {
        return List.of(MODE, POOLS);
    }

    public static PoolSettings of(Config config) {
        return new PoolSettings(config.get(MODE).equalsIgnoreCase("FAIR"), parse(config.get(POOLS)));
    }

    private static boolean isOrder(String text) {
        return text.equalsIgnoreCase("FIFO") || text.equalsIgnoreCase("FAIR");
    }

    private static boolean isReadable(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** @throws IllegalArgumentException if the text is malformed, or names a pool twice */
    static Map<String, Definition> parse(String text) {
        Map<String, Definition> pools = new LinkedHashMap<>();
        for (String part : text.split(";", -1)) {
            String[] words = part.trim().split("\\s+");
            if (words[0].isEmpty()) {
                continue;
            }
            if (words[0].contains("=") || pools.put(words[0], definition(words)) != null) {
                throw new IllegalArgumentException("'" + words[0] + "' is no name, or there twice");
            }
        }
        return pools;
    }

    private static Definition definition(String[] words) {
        int weight = 1;
        int minShare = 0;
        boolean fair = false;
        for (int index = 1; index < words.length; index++) {
            String[] setting = words[index].split("=", 2);
            if (setting.length == 2 && setting[0].equals("weight")) {
                weight = Integer.parseInt(setting[1]);
            } else if (setting.length == 2 && setting[0].equals("minShare")) {
                minShare = Integer.parseInt(setting[1]);
            } else if (setting.length == 2 && setting[0].equals("order") && isOrder(setting[1])) {
                fair = setting[1].equalsIgnoreCase("FAIR");
            } else {
                throw new IllegalArgumentException("'" + words[index] + "' is no setting of a pool");
            }
        }
        return new Definition(weight, minShare, fair);
    }
}
