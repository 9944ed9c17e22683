package io.mmulab.history;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How long events are kept.
 *
 * @param partition on PostgreSQL, events of machines that were made in this time share a partition, and go together
 * @param retentionAge how long after the last event of a machine; null for ever
 * @param retentionSize bytes of all events with their indexes; null for any
 * @param retentionInterval how often it is seen to
 */
@Validated
@ConfigurationProperties("mmulab.history")
record HistorySettings(@DefaultValue("1d") @NotNull @DurationMin(minutes = 1) Duration partition,
        @Nullable Duration retentionAge, @Nullable DataSize retentionSize,
        @DefaultValue("10m") Duration retentionInterval) {}
