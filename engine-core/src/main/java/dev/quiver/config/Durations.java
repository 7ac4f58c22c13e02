package dev.quiver.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200ms}, {@code 10s}, {@code 2m}, {@code 1h}; a plain number is seconds. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");

    private Durations() {}

    /** @throws IllegalArgumentException if the text has another form */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (matcher.matches()) {
            try {
                long amount = Long.parseLong(matcher.group(1));
                switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                    case "us":
                        return Duration.ofNanos(Math.multiplyExact(amount, 1000L));
                    case "ms":
                        return Duration.ofMillis(amount);
                    case "", "s":
                        return Duration.ofSeconds(amount);
                    case "m", "min":
                        return Duration.ofMinutes(amount);
                    case "h":
                        return Duration.ofHours(amount);
                    case "d":
                        return Duration.ofDays(amount);
                    default:
                        break;
                }
            } catch (ArithmeticException | NumberFormatException tooLarge) {
                throw new IllegalArgumentException("'" + text + "' is longer than any duration can be", tooLarge);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a duration such as 200ms, 10s or 2m");
    }

    /** The duration in the form {@link #parse} reads, in the largest unit that shows it without a remainder. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.getNano() % 1_000_000 != 0) {
            return duration.toNanos() / 1000 + "us";
        }
        if (duration.getNano() != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
