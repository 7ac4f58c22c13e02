package dev.quiver.serializer;

import java.io.ObjectInputFilter;
import java.util.List;

/**
 * What may be decoded: any class of the application, but none of those known to run code while they are decoded, no array
 * that alone could fill the memory, and nothing nested without end.
 */
enum ObjectFilter implements ObjectInputFilter {
    INSTANCE;

    private static final long MOST_ELEMENTS = 1L << 28;
    private static final long DEEPEST = 10_000;
    private static final List<String> REFUSED = List.of(
            "bsh.",
            "clojure.core$",
            "com.mchange.v2.c3p0.",
            "com.sun.jndi.",
            "com.sun.org.apache.bcel.",
            "com.sun.org.apache.xalan.",
            "com.sun.rowset.",
            "java.rmi.",
            "javax.management.",
            "javax.naming.",
            "org.apache.commons.beanutils.",
            "org.apache.commons.collections.functors.",
            "org.apache.commons.collections4.functors.",
            "org.apache.commons.fileupload.",
            "org.apache.wicket.util.upload.",
            "org.apache.xalan.",
            "org.codehaus.groovy.runtime.",
            "org.hibernate.",
            "org.mozilla.javascript.",
            "org.python.core.",
            "org.springframework.aop.",
            "org.springframework.beans.factory.",
            "org.springframework.transaction.",
            "sun.rmi.");

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > DEEPEST || info.arrayLength() > MOST_ELEMENTS) {
            return Status.REJECTED;
        }
        Class<?> type = info.serialClass();
        while (type != null && type.isArray()) {
            type = type.getComponentType();
        }
        if (type == null) {
            return Status.UNDECIDED;
        }
        String name = type.getName();
        return REFUSED.stream().anyMatch(name::startsWith) ? Status.REJECTED : Status.ALLOWED;
    }
}
