/**
 * The board with the newest version of what is watched or was read lately, the subscriptions of
 * each event loop, the bus between nodes, and resync. The board is concurrent; a subscription
 * registry belongs to one event loop, and {@link dev.headway.hub.LoopInbox} is where news cross to
 * it. May depend on {@code status}, Vert.x core, Netty and Caffeine.
 */
@NullMarked
package dev.headway.hub;

import org.jspecify.annotations.NullMarked;
