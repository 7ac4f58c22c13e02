package dev.quiver.exec.arrow;

import dev.quiver.shape.Shape;
import dev.quiver.shape.Shape.Scalar;
import java.util.ArrayList;
import java.util.List;

/** Names for the columns a shape is flattened into, depth first. */
final class Leaves {
    /** One column: its name, and the part of the shape it holds. */
    record Leaf(String name, Shape shape) {}

    private final List<Leaf> found = new ArrayList<>();

    private Leaves() {}

    static List<Leaf> of(Shape shape) {
        Leaves leaves = new Leaves();
        leaves.add("", shape);
        return leaves.found;
    }

    private void add(String path, Shape shape) {
        if (shape instanceof Shape.PairOf pair) {
            add(join(path, "key"), pair.key());
            add(join(path, "value"), pair.value());
        } else if (shape instanceof Shape.RecordOf rows) {
            for (Shape.Component component : rows.components()) {
                add(join(path, component.name()), component.shape());
            }
        } else if (shape == Scalar.LOCAL_DATE_TIME) {
            found.add(new Leaf(join(path, "day"), shape));
            found.add(new Leaf(join(path, "nanos"), shape));
        } else if (shape == Scalar.INSTANT || shape == Scalar.DURATION) {
            found.add(new Leaf(join(path, "seconds"), shape));
            found.add(new Leaf(join(path, "nanos"), shape));
        } else {
            found.add(new Leaf(path.isEmpty() ? "_1" : path, shape));
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
