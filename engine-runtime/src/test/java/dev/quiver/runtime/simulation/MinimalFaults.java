package dev.quiver.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Fewest faults that still show a failure, by leaving out ever smaller parts of them as long as it stays. */
final class MinimalFaults {
    private MinimalFaults() {}

    /**
     * @param all   faults with which it fails
     * @param fails whether it fails with some
     * @return faults with which it fails, and does not when any one of them is left out
     */
    static List<Fault> of(List<Fault> all, Predicate<List<Fault>> fails) {
        if (fails.test(List.of())) {
            return List.of();
        }
        List<Fault> faults = all;
        int parts = 2;
        while (faults.size() >= 2) {
            List<Fault> fewer = without(faults, Math.min(parts, faults.size()), fails);
            if (fewer != null) {
                faults = fewer;
                parts = Math.max(2, parts - 1);
            } else if (parts >= faults.size()) {
                return faults;
            } else {
                parts *= 2;
            }
        }
        return faults;
    }

    private static List<Fault> without(List<Fault> faults, int parts, Predicate<List<Fault>> fails) {
        for (int part = 0; part < parts; part++) {
            List<Fault> rest = new ArrayList<>(faults);
            rest.subList(faults.size() * part / parts, faults.size() * (part + 1) / parts)
                    .clear();
            if (fails.test(rest)) {
                return rest;
            }
        }
        return null;
    }
}
