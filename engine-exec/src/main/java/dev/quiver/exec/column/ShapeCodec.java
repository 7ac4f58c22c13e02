package dev.quiver.exec.column;

import dev.quiver.QuiverException;
import dev.quiver.shape.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shapes as text, version 1:
 *
 * <pre>
 * text   := "1:" shape
 * shape  := scalar | "unknown" | "pair(" shape "," shape ")" | "list(" shape ")" | "optional(" shape ")"
 *         | "array(" scalar ")"
 *         | "enum(" quoted ")" | "opaque(" quoted ")" | "record(" quoted ("," quoted ":" shape)* ")"
 * scalar := name of the constant in lower case
 * quoted := '"' any characters, where \ stands before " and \ '"'
 * </pre>
 */
public final class ShapeCodec {
    private static final String VERSION = "1:";
    private static final int MAX_DEPTH = 200;

    private final String text;
    private int at;
    private int depth;

    private ShapeCodec(String text) {
        this.text = text;
    }

    /** The text of a shape as UTF-8. */
    public static byte[] toBytes(Shape shape) {
        return toText(shape).getBytes(StandardCharsets.UTF_8);
    }

    /** The shape of such bytes. */
    public static Shape fromBytes(byte[] bytes) {
        return fromText(new String(bytes, StandardCharsets.UTF_8));
    }

    public static String toText(Shape shape) {
        StringBuilder into = new StringBuilder(VERSION);
        write(shape, into);
        return into.toString();
    }

    /** @throws QuiverException when the text is no shape of this version */
    public static Shape fromText(String text) {
        ShapeCodec codec = new ShapeCodec(text);
        if (!text.startsWith(VERSION)) {
            throw codec.malformed("a version other than 1");
        }
        codec.at = VERSION.length();
        Shape shape = codec.shape();
        if (codec.at != text.length()) {
            throw codec.malformed("more after its end");
        }
        return shape;
    }

    private static void write(Shape shape, StringBuilder into) {
        if (shape instanceof Shape.Scalar scalar) {
            into.append(scalar.name().toLowerCase(Locale.ROOT));
        } else if (shape instanceof Shape.PairOf pair) {
            write(pair.key(), into.append("pair("));
            write(pair.value(), into.append(','));
            into.append(')');
        } else if (shape instanceof Shape.ListOf list) {
            write(list.element(), into.append("list("));
            into.append(')');
        } else if (shape instanceof Shape.ArrayOf array) {
            write(array.element(), into.append("array("));
            into.append(')');
        } else if (shape instanceof Shape.OptionalOf optional) {
            write(optional.element(), into.append("optional("));
            into.append(')');
        } else if (shape instanceof Shape.EnumOf constants) {
            quote(constants.className(), into.append("enum(")).append(')');
        } else if (shape instanceof Shape.Opaque opaque) {
            quote(opaque.why(), into.append("opaque(")).append(')');
        } else if (shape instanceof Shape.RecordOf record) {
            quote(record.className(), into.append("record("));
            for (Shape.Component component : record.components()) {
                quote(component.name(), into.append(',')).append(':');
                write(component.shape(), into);
            }
            into.append(')');
        } else {
            into.append("unknown");
        }
    }

    private static StringBuilder quote(String value, StringBuilder into) {
        into.append('"');
        for (int index = 0; index < value.length(); index++) {
            char character = value.charAt(index);
            if (character == '"' || character == '\\') {
                into.append('\\');
            }
            into.append(character);
        }
        return into.append('"');
    }

    private Shape shape() {
        if (++depth > MAX_DEPTH) {
            throw malformed("more than " + MAX_DEPTH + " levels");
        }
        String word = word();
        Shape shape = switch (word) {
            case "pair" -> {
                expect('(');
                Shape key = shape();
                expect(',');
                yield closed(new Shape.PairOf(key, shape()));
            }
            case "list" -> {
                expect('(');
                yield closed(new Shape.ListOf(shape()));
            }
            case "array" -> {
                expect('(');
                yield closed(array(scalar(word())));
            }
            case "optional" -> {
                expect('(');
                yield closed(new Shape.OptionalOf(shape()));
            }
            case "enum" -> {
                expect('(');
                yield closed(new Shape.EnumOf(quoted()));
            }
            case "opaque" -> {
                expect('(');
                yield closed(new Shape.Opaque(quoted()));
            }
            case "record" -> {
                expect('(');
                yield closed(record());
            }
            case "unknown" -> Shape.UNKNOWN;
            default -> scalar(word);
        };
        depth--;
        return shape;
    }

    private Shape record() {
        String name = quoted();
        List<Shape.Component> components = new ArrayList<>();
        while (peek() == ',') {
            at++;
            String component = quoted();
            expect(':');
            components.add(new Shape.Component(component, shape()));
        }
        return new Shape.RecordOf(name, components);
    }

    private Shape array(Shape.Scalar element) {
        try {
            return new Shape.ArrayOf(element);
        } catch (IllegalArgumentException unknown) {
            throw malformed("an array of " + element);
        }
    }

    private Shape.Scalar scalar(String word) {
        for (Shape.Scalar scalar : Shape.Scalar.values()) {
            if (scalar.name().toLowerCase(Locale.ROOT).equals(word)) {
                return scalar;
            }
        }
        throw malformed("the unknown word '" + word + "'");
    }

    private String word() {
        int start = at;
        while (at < text.length() && (Character.isLowerCase(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private String quoted() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
            }
            if (at >= text.length()) {
                throw malformed("no end of a quoted text");
            }
            value.append(text.charAt(at++));
        }
        at++;
        return value.toString();
    }

    private Shape closed(Shape shape) {
        expect(')');
        return shape;
    }

    private void expect(char character) {
        if (peek() != character) {
            throw malformed("no '" + character + "'");
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw malformed("an early end");
        }
        return text.charAt(at);
    }

    private QuiverException malformed(String what) {
        return new QuiverException("cannot read the shape of a batch: " + what + " at position " + at + " in '"
                + (text.length() > 200 ? text.substring(0, 200) + "…" : text)
                + "'. The data was written by another version or is damaged.");
    }
}
