/**
 * The ways between nodes: within one process, and over Redis or Valkey. What travels is {@link
 * dev.headway.hub.BusMessage}; its form on the wire is in {@code docs/bus.md}.
 */
@NullMarked
package dev.headway.bus;

import org.jspecify.annotations.NullMarked;
