package dev.quiver.stage.codec;

import java.util.ArrayList;
import java.util.List;

/** The parts of a plan that Java serialization writes, each once however often it is used. */
final class PlanObjects {
    private final List<Object> objects = new ArrayList<>();

    /** The position of an object, the same one for the same object. A plan has few of them. */
    int position(Object object) {
        for (int position = 0; position < objects.size(); position++) {
            if (objects.get(position) == object) {
                return position;
            }
        }
        objects.add(object);
        return objects.size() - 1;
    }

    boolean isEmpty() {
        return objects.isEmpty();
    }

    Object[] toArray() {
        return objects.toArray();
    }
}
