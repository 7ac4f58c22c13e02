package dev.quiver.cli.inlining;

import dev.quiver.cli.inlining.CompiledMethod.Call;

/**
 * Why the JIT did not inline a call, in plain words.
 *
 * @param why    completes "was not inlined, because"
 * @param remedy what a person can do, or empty when there is nothing to do
 */
record JitReason(String why, String remedy) {
    private static final String SHORTEN =
            "move what is rarely needed into a method of its own, or split the function into several operators";

    static JitReason of(Call call) {
        String said = String.valueOf(call.verdict);
        String size = "its body has " + call.bytes + " bytes of bytecode";
        return switch (said) {
            case "hot method too big" ->
                new JitReason(
                        size + ", more than are inlined of a method that is called often (FreqInlineSize, 325)",
                        SHORTEN);
            case "too big", "callee is too large" ->
                new JitReason(
                        size + ", more than are inlined of a method that is not called often (MaxInlineSize, 35)",
                        "nothing, if it is rarely called; else run longer, so that the JIT sees how often it is");
            case "already compiled into a big method", "already compiled into a medium method" ->
                new JitReason(
                        "it was compiled by itself before, into more code than is inlined (InlineSmallCode)", SHORTEN);
            case "size > DesiredMethodLimit", "NodeCountInliningCutoff", "too many nodes" ->
                new JitReason(
                        "the loop around it had grown too large already",
                        "split the stage, for example with a cache() between its operators, or write shorter functions");
            case "inlining too deep", "recursive inlining is too deep", "recursive inlining too deep" ->
                new JitReason(
                        said.startsWith("recursive")
                                ? "it calls itself"
                                : "it is called through too many methods (MaxInlineLevel, 15)",
                        said.startsWith("recursive") ? "write it as a loop" : "call it more directly");
            case "never executed",
                    "call site not reached",
                    "low call site frequency",
                    "too cold",
                    "executed < MinInliningThreshold times" -> new JitReason("it was called too rarely", "");
            case "virtual call", "no static binding" ->
                new JitReason(
                        "objects of several classes are called there",
                        "call a method of a final class or a record, or use a lambda of its own for each class");
            case "unloaded signature classes", "callee's klass not linked yet", "not inlineable" ->
                new JitReason("a class it names was not loaded yet when the loop was compiled", "run longer");
            case "native method" -> new JitReason("it is native", "");
            case "don't inline by annotation", "inlining prohibited by policy" ->
                new JitReason("the JIT is told not to", "");
            case "callee uses too much stack" -> new JitReason("it has too many local variables", SHORTEN);
            default -> new JitReason("the JIT says '" + said + "'", "");
        };
    }

    @Override
    public String toString() {
        return remedy.isEmpty() ? why : why + "; what helps: " + remedy;
    }
}
