package dev.quiver.exec.specialize;

import dev.quiver.Text;
import dev.quiver.exec.specialize.OnlyLooks.Verdict;
import java.util.Set;
import org.objectweb.asm.Type;

/** What is known of methods of the JDK that user functions call with arrays, records and values that cannot change. */
final class KnownCalls {
    private static final Set<String> UNCHANGING = Set.of(
            "java/lang/String",
            "java/lang/Boolean",
            "java/lang/Byte",
            "java/lang/Short",
            "java/lang/Character",
            "java/lang/Integer",
            "java/lang/Long",
            "java/lang/Float",
            "java/lang/Double",
            Type.getInternalName(Text.class));

    /** Of arrays of primitives; none of them shares what it was given. */
    private static final Set<String> OF_ARRAYS = Set.of(
            "hashCode",
            "equals",
            "toString",
            "copyOf",
            "copyOfRange",
            "compare",
            "mismatch",
            "fill",
            "sort",
            "binarySearch");

    private KnownCalls() {}

    /** Whether values of a class are made anew for each row and never change, so that anybody may keep them. */
    static boolean isUnchanging(String internalName) {
        return UNCHANGING.contains(internalName);
    }

    /** What a method does with parts of a value, or null when it is to be read. */
    static Verdict verdict(String owner, String name) {
        if (owner.startsWith("[")) {
            return name.equals("clone") ? Verdict.LOOKS : Verdict.KEEPS;
        }
        if (!owner.startsWith("java/")) {
            return null;
        }
        return switch (owner) {
            case "java/util/Arrays" -> OF_ARRAYS.contains(name) ? Verdict.LOOKS : Verdict.KEEPS;
            case "java/util/Objects" -> name.equals("requireNonNull") ? Verdict.RETURNS : Verdict.KEEPS;
            case "java/lang/System" -> name.equals("arraycopy") ? Verdict.LOOKS : Verdict.KEEPS;
            case "java/lang/Object" -> name.equals("getClass") ? Verdict.LOOKS : Verdict.KEEPS;
            case "java/lang/String" -> name.equals("<init>") ? Verdict.LOOKS : Verdict.KEEPS;
            default -> Verdict.KEEPS;
        };
    }
}
