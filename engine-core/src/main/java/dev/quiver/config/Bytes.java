package dev.quiver.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes.
 *
 * @param value the number of bytes, not negative
 */
public record Bytes(long value) implements Comparable<Bytes> {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");
    private static final Map<String, Integer> SHIFTS = Map.ofEntries(
            Map.entry("", 0),
            Map.entry("b", 0),
            Map.entry("k", 10),
            Map.entry("kb", 10),
            Map.entry("kib", 10),
            Map.entry("m", 20),
            Map.entry("mb", 20),
            Map.entry("mib", 20),
            Map.entry("g", 30),
            Map.entry("gb", 30),
            Map.entry("gib", 30),
            Map.entry("t", 40),
            Map.entry("tb", 40),
            Map.entry("tib", 40));

    public Bytes {
        if (value < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + value);
        }
    }

    public static Bytes of(long value) {
        return new Bytes(value);
    }

    public static Bytes kibi(long value) {
        return new Bytes(Math.multiplyExact(value, 1L << 10));
    }

    public static Bytes mebi(long value) {
        return new Bytes(Math.multiplyExact(value, 1L << 20));
    }

    public static Bytes gibi(long value) {
        return new Bytes(Math.multiplyExact(value, 1L << 30));
    }

    /**
     * Reads {@code 48m}, {@code 1g}, {@code 512 KiB} or a plain number, which counts in {@code plainUnit}. Units are
     * powers of 1024.
     *
     * @throws IllegalArgumentException if the text has another form or is too large
     */
    public static Bytes parse(String text, Bytes plainUnit) {
        Matcher matcher = FORM.matcher(text.trim());
        Integer shift = matcher.matches() ? SHIFTS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (shift == null) {
            throw new IllegalArgumentException("'" + text + "' is not a size such as 512m, 2g or 64k");
        }
        try {
            long unit = matcher.group(2).isEmpty() ? plainUnit.value : 1L << shift;
            return new Bytes(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw new IllegalArgumentException("'" + text + "' is larger than any size can be", tooLarge);
        }
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(value, other.value);
    }

    /** The size in the largest unit that shows it without a remainder, in the form {@link #parse} reads. */
    @Override
    public String toString() {
        String[] units = {"", "k", "m", "g", "t"};
        long rest = value;
        int unit = 0;
        while (unit < units.length - 1 && rest != 0 && (rest & 1023) == 0) {
            rest >>= 10;
            unit++;
        }
        return rest + units[unit];
    }

    /** The size for people, rounded to one decimal: {@code 1.5 GiB}. */
    public String display() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double rest = value;
        int unit = 0;
        while (unit < units.length - 1 && rest >= 1024) {
            rest /= 1024;
            unit++;
        }
        return unit == 0 ? value + " B" : String.format(Locale.ROOT, "%.1f %s", rest, units[unit]);
    }
}
