/**
 * The commands of somebody at a terminal: upload a file, watch an upload, look at the way to a
 * service, make a development token. Speaks to a running service over HTTP only. May depend on
 * {@code status}, the JDK and Jackson.
 */
@NullMarked
package dev.headway.cli;

import org.jspecify.annotations.NullMarked;
