/**
 * Server-Sent Events: framing and the life of one stream (snapshot, slot, heartbeat, drain, end).
 * Everything of one stream happens on its event loop. May depend on {@code status}, {@code hub} and
 * Vert.x core.
 */
@NullMarked
package dev.headway.sse;

import org.jspecify.annotations.NullMarked;
