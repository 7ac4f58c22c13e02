package dev.quiver.config;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One setting: its name, type, default and effect. Declared once, as a constant beside the code it steers; the reference
 * page is generated from these. Immutable.
 *
 * @param <T> type of the value
 */
public final class ConfigKey<T> {
    /** What every key starts with. */
    public static final String PREFIX = "quiver.";

    private final String name;
    private final String type;
    private final T defaultValue;
    private final Function<String, T> parser;
    private final Function<T, String> printer;
    private final Predicate<T> check;
    private final String rule;
    private final String doc;

    private ConfigKey(
            String name,
            String type,
            T defaultValue,
            Function<String, T> parser,
            Function<T, String> printer,
            Predicate<T> check,
            String rule,
            String doc) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
        this.parser = parser;
        this.printer = printer;
        this.check = check;
        this.rule = rule;
        this.doc = doc;
    }

    private static <T> ConfigKey<T> of(
            String suffix, String type, T defaultValue, Function<String, T> parser, Function<T, String> printer) {
        return new ConfigKey<>(PREFIX + suffix, type, defaultValue, parser, printer, value -> true, "", "");
    }

    public static ConfigKey<String> text(String suffix, String defaultValue) {
        return of(suffix, "text", defaultValue, Function.identity(), Function.identity());
    }

    public static ConfigKey<Integer> integer(String suffix, int defaultValue) {
        return of(suffix, "whole number", defaultValue, ConfigKey::parseInteger, String::valueOf);
    }

    public static ConfigKey<Double> decimal(String suffix, double defaultValue) {
        return of(suffix, "number", defaultValue, ConfigKey::parseDecimal, String::valueOf);
    }

    public static ConfigKey<Boolean> flag(String suffix, boolean defaultValue) {
        return of(suffix, "true or false", defaultValue, ConfigKey::parseFlag, String::valueOf);
    }

    /** A size; a plain number counts bytes. */
    public static ConfigKey<Bytes> bytes(String suffix, Bytes defaultValue) {
        return of(suffix, "size", defaultValue, text -> Bytes.parse(text, Bytes.of(1)), Bytes::toString);
    }

    /** A size; a plain number counts mebibytes, as users of memory settings expect. */
    public static ConfigKey<Bytes> mebibytes(String suffix, Bytes defaultValue) {
        return of(
                suffix,
                "size (plain number: MiB)",
                defaultValue,
                text -> Bytes.parse(text, Bytes.mebi(1)),
                Bytes::toString);
    }

    public static ConfigKey<Duration> duration(String suffix, Duration defaultValue) {
        return of(suffix, "duration", defaultValue, Durations::parse, Durations::format);
    }

    /** The same key with a description of its effect: what a larger and a smaller value change. */
    public ConfigKey<T> doc(String text) {
        return new ConfigKey<>(name, type, defaultValue, parser, printer, check, rule, text);
    }

    /** The same key with a condition on its values; {@code rule} completes the sentence "must …". */
    public ConfigKey<T> check(Predicate<T> condition, String rule) {
        return new ConfigKey<>(name, type, defaultValue, parser, printer, condition, rule, doc);
    }

    /** The full name, prefix included. */
    public String name() {
        return name;
    }

    public String type() {
        return type;
    }

    public T defaultValue() {
        return defaultValue;
    }

    public String doc() {
        return doc;
    }

    /** The condition on values as it stands in messages, empty when there is none. */
    public String rule() {
        return rule;
    }

    /** The default as it would be written in a file; empty text when there is none. */
    public String defaultText() {
        return defaultValue == null ? "" : printer.apply(defaultValue);
    }

    /** The value as it would be written in a file. */
    public String print(T value) {
        return printer.apply(value);
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException naming key, value and the form expected
     */
    public T parse(String text) {
        T value;
        try {
            value = parser.apply(text.trim());
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(name + ": " + malformed.getMessage(), malformed);
        }
        if (!check.test(value)) {
            throw new IllegalArgumentException(name + " must " + rule + ", but is '" + text + "'");
        }
        return value;
    }

    private static Integer parseInteger(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number", malformed);
        }
    }

    private static Double parseDecimal(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("'" + text + "' is not a number", malformed);
        }
    }

    private static Boolean parseFlag(String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.valueOf(text);
        }
        throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigKey<?> key && key.name.equals(name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
