package io.mmulab.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

/** Queries are taken apart as {@link DashboardIT} needs it. */
class PromQlTest {

    @Test
    void metricsAreFoundWithTheLabelsThatSelectAndGroupThem() {
        assertThat(PromQl.metrics("sum by (a, b) (rate(x_total{c=~\"$d\", e!=\"none\"}[$__rate_interval])) > 0"))
                .isEqualTo(Map.of("x_total", Set.of("a", "b", "c", "e")));
        assertThat(PromQl.metrics("histogram_quantile(0.99, sum by (le) (rate(y_bucket[1m])))"))
                .isEqualTo(Map.of("y_bucket", Set.of("le")));
        assertThat(PromQl.metrics("one / two{f=\"g\"}"))
                .isEqualTo(Map.of("one", Set.of(), "two", Set.of("f")));
        assertThat(PromQl.metrics("label_values(x_total, a)")).isEqualTo(Map.of("x_total", Set.of("a")));
    }
}
