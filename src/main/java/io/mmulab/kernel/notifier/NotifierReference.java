package io.mmulab.kernel.notifier;

import org.jspecify.annotations.Nullable;

/**
 * What {@link MmuNotifiers#get} answers.
 *
 * @param notifier the subscriber that was found or made; null if there is none
 * @param error 0, or the negative errno that says why not
 */
public record NotifierReference(@Nullable MmuNotifier notifier, int error) {}
