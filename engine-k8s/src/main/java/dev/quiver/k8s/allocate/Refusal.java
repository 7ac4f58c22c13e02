package dev.quiver.k8s.allocate;

/**
 * Why the API server did not make a pod.
 *
 * @param kind what to do about it
 * @param text for a person: its own words, and the way to mend it
 */
public record Refusal(Kind kind, String text) {
    /** What kind of no it was. */
    public enum Kind {
        /** Not now: the quota is used up. */
        QUOTA,
        /** Not without a change by a person: no permission, no such namespace, a wrong specification. */
        HOPELESS,
        /** Nobody knows: the server could not be reached, or had too much to do. */
        UNAVAILABLE
    }
}
