/** The dashboards of {@code config/grafana}, asked as Grafana asks them, and what else is run with the service. */
@NullMarked
package io.mmulab.dashboard;

import org.jspecify.annotations.NullMarked;
