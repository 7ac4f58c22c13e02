package dev.quiver.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of rules that can be switched off fits the sources: whoever changes such a line changes the list too. */
class MutantTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void everyRuleOfTheListStandsInTheSources() throws IOException {
        List<Mutant> mutants = Mutant.read(Path.of("src", "test", "mutants.txt"));
        assertThat(mutants).hasSizeGreaterThan(100);
        Set<String> names = mutants.stream().map(Mutant::name).collect(Collectors.toSet());
        assertThat(names).as("names of their own").hasSameSizeAs(mutants);
        for (Mutant mutant : mutants) {
            for (Mutant.Edit edit : mutant.edits()) {
                String source = Files.readString(ROOT.resolve(edit.file()));
                assertThat(edit.apply(source))
                        .as("%s without its rule", mutant.name())
                        .isNotEqualTo(source);
            }
        }
    }
}
