/**
 * Where the pieces are put together: the entry point, the configuration, and the order in which
 * everything starts and stops. May depend on everything; nothing depends on it.
 */
@NullMarked
package dev.headway;

import org.jspecify.annotations.NullMarked;
