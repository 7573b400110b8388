/**
 * The domain of one upload: its identity, its status record, the state machine, the estimate of
 * completion and the JSON form, and the ports through which the record is read and written. Pure
 * values and functions: no I/O, safe on any thread. May depend on the JDK and Jackson's
 * annotations.
 */
@NullMarked
package dev.headway.status;

import org.jspecify.annotations.NullMarked;
