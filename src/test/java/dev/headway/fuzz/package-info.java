/**
 * Broken input for every reader of what comes from outside. The targets live beside what they test;
 * each is on any thread.
 */
@NullMarked
package dev.headway.fuzz;

import org.jspecify.annotations.NullMarked;
