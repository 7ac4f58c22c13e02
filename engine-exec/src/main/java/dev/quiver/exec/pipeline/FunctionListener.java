package dev.quiver.exec.pipeline;

/**
 * Is told of the user's functions in every stage that is made ready, so that whoever reads what the JIT wrote about their
 * classes can name them. Called by task threads; must be safe for many.
 */
@FunctionalInterface
public interface FunctionListener {
    /** Wants to know nothing. */
    FunctionListener NONE = (function, name, stage) -> {};

    /**
     * A function of a stage; the same one may come several times.
     *
     * @param function class whose method a loop or kernel calls
     * @param name     what it is and where it was given: {@code lambda of map at Words.main(Words.java:21)}
     * @param stage    what the stage does: {@code textFile to shuffle at Words.main(Words.java:24)}
     */
    void onFunction(Class<?> function, String name, String stage);
}
