package dev.quiver;

/** The one place where the types of the API meet the untyped functions of the lineage. */
final class Casts {
    private Casts() {}

    /** The same object under the type the caller needs; types of rows do not exist at run time. */
    @SuppressWarnings("unchecked")
    static <X> X erased(Object object) {
        return (X) object;
    }
}
