/**
 * The trainer: when enough has been learned from users, it trains an adapter on the pairs, puts it
 * before the gate, and hands it to the registry.
 */
@NullMarked
package dev.rejoinder.trainer;

import org.jspecify.annotations.NullMarked;
