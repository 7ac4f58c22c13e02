package dev.quiver.cli.inlining;

import java.util.ArrayList;
import java.util.List;

/**
 * One compilation of a method by the optimising compiler.
 *
 * @param holder  name of its class
 * @param name    of the method
 * @param onStack whether the JIT replaced a loop that was running, which it does while a method is new
 * @param failure why nothing came of it, in the JIT's words, or null
 * @param calls   what it calls, with what these call as far as they were inlined
 */
record CompiledMethod(String holder, String name, boolean onStack, String failure, List<Call> calls) {
    /** The name of a class without its package. A hidden class has an address behind a slash. */
    static String simple(String className) {
        int slash = className.indexOf('/');
        return className.substring(className.lastIndexOf('.', slash < 0 ? className.length() : slash) + 1);
    }

    /** A call in compiled code; one that was not inlined has no calls of its own. */
    static final class Call {
        final String holder;
        final String method;
        final int bytes;
        final List<Call> calls = new ArrayList<>();

        /** In the JIT's words; null until it decided. */
        String verdict;

        boolean inlined;

        /** @param bytes length of its bytecode */
        Call(String holder, String method, int bytes) {
            this.holder = holder;
            this.method = method;
            this.bytes = bytes;
        }

        /** The class without its package, and the method. */
        String shortName() {
            return simple(holder) + "." + method;
        }
    }
}
