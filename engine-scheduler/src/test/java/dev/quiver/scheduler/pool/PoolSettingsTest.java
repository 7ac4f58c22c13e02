package dev.quiver.scheduler.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quiver.scheduler.pool.PoolSettings.Definition;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How pools are written in a setting, and who is furthest below its share. */
class PoolSettingsTest {
    @Test
    void readsPoolsAndTheirSettings() {
        assertThat(PoolSettings.parse("reports weight=2 minShare=4; adhoc order=fair;plain;"))
                .isEqualTo(Map.of(
                        "reports",
                        new Definition(2, 4, false),
                        "adhoc",
                        new Definition(1, 0, true),
                        "plain",
                        new Definition(1, 0, false)));
        assertThat(PoolSettings.parse(" ")).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead() {
        for (String text :
                new String[] {"a weight=0", "a weight=x", "a minShare=-1", "a colour=red", "a; a", "weight=2"}) {
            assertThatIllegalArgumentException()
                    .as(text)
                    .isThrownBy(() -> PoolSettings.POOLS.parse(text))
                    .withMessageContaining("quiver.scheduler.pools must be pools separated by semicolons");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> PoolSettings.MODE.parse("LIFO"));
    }

    @Test
    void putsWhoeverIsBelowItsMinimumFirstAndThenWhoeverRunsLessForItsWeight() {
        Definition usual = Definition.USUAL;
        Definition heavy = new Definition(3, 0, false);
        Definition sure = new Definition(1, 4, false);
        assertThat(FairOrder.compare(3, sure, 0, heavy)).isNegative();
        assertThat(FairOrder.compare(4, sure, 0, heavy)).isPositive();
        assertThat(FairOrder.compare(1, sure, 2, new Definition(1, 20, false))).isPositive();
        assertThat(FairOrder.compare(2, heavy, 1, usual)).isNegative();
        assertThat(FairOrder.compare(3, heavy, 1, usual)).isZero();
        assertThat(FairOrder.compare(4, heavy, 1, usual)).isPositive();
    }
}
