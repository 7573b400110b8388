/**
 * Traces by OpenTelemetry: where spans begin and end is said by the rooms that do the work, and
 * what a record carries from one process to the next is turned into a parent here. The SDK and its
 * exporter are known in this room alone, and are loaded only where somebody traces. Any thread.
 */
@NullMarked
package dev.headway.traces;

import org.jspecify.annotations.NullMarked;
