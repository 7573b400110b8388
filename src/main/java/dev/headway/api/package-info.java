/**
 * The contract without a server: problems, negotiation, conditional requests, cursors, the views of
 * records, and the ports for uploads and leads. Pure, on any thread; used by {@code http} and
 * {@code lambda} alike. May depend on {@code status} and Jackson.
 */
@NullMarked
package dev.headway.api;

import org.jspecify.annotations.NullMarked;
