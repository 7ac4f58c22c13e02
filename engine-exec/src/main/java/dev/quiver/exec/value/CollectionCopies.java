package dev.quiver.exec.value;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Serializers for collections of the JDK that are views or wrappers: their elements are written, and what is read is a
 * collection of its own with the same elements, order and mutability.
 */
final class CollectionCopies {
    private CollectionCopies() {}

    /** The serializer for such a class, or null. */
    static Serializer<?> of(Class<?> type) {
        String name = type.getName();
        if (EnumMap.class == type) {
            return new EnumMaps();
        }
        if (name.equals("java.util.KeyValueHolder") || name.equals("java.util.AbstractMap$SimpleImmutableEntry")) {
            return new Elements<Map.Entry<?, ?>>(
                    entry -> Arrays.asList(entry.getKey(), entry.getValue()),
                    values -> new AbstractMap.SimpleImmutableEntry<>(values.get(0), values.get(1)));
        }
        if (Map.Entry.class.isAssignableFrom(type) && !java.io.Serializable.class.isAssignableFrom(type)) {
            return new Elements<Map.Entry<?, ?>>(
                    entry -> Arrays.asList(entry.getKey(), entry.getValue()),
                    values -> new AbstractMap.SimpleEntry<>(values.get(0), values.get(1)));
        }
        if (name.startsWith("java.util.Collections$Unmodifiable")) {
            return unmodifiable(type);
        }
        if (name.startsWith("java.util.ImmutableCollections$") && List.class.isAssignableFrom(type)) {
            return new Elements<Collection<?>>(
                    ArrayList::new, values -> values.stream().toList());
        }
        boolean kept = java.io.Serializable.class.isAssignableFrom(type) || !name.startsWith("java.util.");
        if (kept) {
            return null;
        }
        if (SortedSet.class.isAssignableFrom(type)) {
            return new Elements<SortedSet<?>>(
                    set -> withComparator(set.comparator(), set), CollectionCopies::sortedSet);
        }
        if (Set.class.isAssignableFrom(type)) {
            return new Elements<Collection<?>>(ArrayList::new, LinkedHashSet::new);
        }
        if (Collection.class.isAssignableFrom(type)) {
            return new Elements<Collection<?>>(ArrayList::new, ArrayList::new);
        }
        return null;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Serializer<?> unmodifiable(Class<?> type) {
        if (SortedMap.class.isAssignableFrom(type)) {
            return new Elements<SortedMap<?, ?>>(
                    map -> withComparator(map.comparator(), entries(map)),
                    values -> Collections.unmodifiableSortedMap(
                            (SortedMap) into(new TreeMap<>((java.util.Comparator) values.get(0)), values, 1)));
        }
        if (Map.class.isAssignableFrom(type)) {
            return new Elements<Map<?, ?>>(
                    CollectionCopies::entries,
                    values -> Collections.unmodifiableMap(into(new LinkedHashMap<>(), values, 0)));
        }
        if (SortedSet.class.isAssignableFrom(type)) {
            return new Elements<SortedSet<?>>(
                    set -> withComparator(set.comparator(), set),
                    values -> Collections.unmodifiableSortedSet(sortedSet(values)));
        }
        if (Set.class.isAssignableFrom(type)) {
            return new Elements<Collection<?>>(
                    ArrayList::new, values -> Collections.unmodifiableSet(new LinkedHashSet<>(values)));
        }
        if (List.class.isAssignableFrom(type)) {
            return new Elements<Collection<?>>(ArrayList::new, Collections::unmodifiableList);
        }
        return Collection.class.isAssignableFrom(type)
                ? new Elements<Collection<?>>(ArrayList::new, Collections::unmodifiableCollection)
                : null;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static TreeSet<Object> sortedSet(List<Object> values) {
        TreeSet<Object> set = new TreeSet<>((java.util.Comparator) values.get(0));
        set.addAll(values.subList(1, values.size()));
        return set;
    }

    private static List<Object> withComparator(Object comparator, Collection<?> rest) {
        List<Object> values = new ArrayList<>(rest.size() + 1);
        values.add(comparator);
        values.addAll(rest);
        return values;
    }

    private static List<Object> entries(Map<?, ?> map) {
        List<Object> values = new ArrayList<>(map.size() * 2);
        map.forEach((key, value) -> {
            values.add(key);
            values.add(value);
        });
        return values;
    }

    private static Map<Object, Object> into(Map<Object, Object> map, List<Object> values, int from) {
        for (int index = from; index < values.size(); index += 2) {
            map.put(values.get(index), values.get(index + 1));
        }
        return map;
    }

    /** Writes a value as a list of others. */
    private static final class Elements<T> extends Serializer<T> {
        private final Function<T, List<?>> apart;
        private final Function<List<Object>, Object> together;

        Elements(Function<T, List<?>> apart, Function<List<Object>, Object> together) {
            this.apart = apart;
            this.together = together;
        }

        @Override
        public void write(Kryo kryo, Output output, T value) {
            List<?> elements = apart.apply(value);
            output.writeVarInt(elements.size(), true);
            for (Object element : elements) {
                kryo.writeClassAndObject(output, element);
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public T read(Kryo kryo, Input input, Class<? extends T> type) {
            return (T) together.apply(elements(kryo, input));
        }
    }

    private static List<Object> elements(Kryo kryo, Input input) {
        int count = input.readVarInt(true);
        List<Object> values = new ArrayList<>(Math.min(Math.max(0, count), 1024));
        for (int index = 0; index < count; index++) {
            values.add(kryo.readClassAndObject(input));
        }
        return values;
    }

    /** Enum maps; an empty one knows its key type only inside, and goes by Java serialization. */
    private static final class EnumMaps extends Serializer<EnumMap<?, ?>> {
        private final JavaBridge bridge = new JavaBridge();

        @Override
        public void write(Kryo kryo, Output output, EnumMap<?, ?> map) {
            output.writeVarInt(map.size(), true);
            if (map.isEmpty()) {
                bridge.write(kryo, output, map);
            }
            for (Object part : entries(map)) {
                kryo.writeClassAndObject(output, part);
            }
        }

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        public EnumMap<?, ?> read(Kryo kryo, Input input, Class<? extends EnumMap<?, ?>> type) {
            int count = input.readVarInt(true);
            if (count == 0) {
                return (EnumMap<?, ?>) bridge.read(kryo, input, type);
            }
            EnumMap map = null;
            for (int index = 0; index < count; index++) {
                Enum key = (Enum) kryo.readClassAndObject(input);
                if (map == null) {
                    map = new EnumMap(key.getDeclaringClass());
                }
                map.put(key, kryo.readClassAndObject(input));
            }
            return map;
        }
    }
}
