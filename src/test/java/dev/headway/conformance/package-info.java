/**
 * The conformance suite: whether a server keeps the contract of docs/api.md, found out by its
 * answers alone. {@link dev.headway.conformance.Conformance} is its command, {@link
 * dev.headway.conformance.Suite} its table of contents; each class {@code …Checks} is one area. It
 * shares no parser and no client with the program, so that both cannot be wrong in the same way.
 * docs/conformance.md says how to use it.
 */
@NullMarked
package dev.headway.conformance;

import org.jspecify.annotations.NullMarked;
