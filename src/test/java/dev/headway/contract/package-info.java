/**
 * Holds every answer that a test's service gives against the OpenAPI document. No test opts in:
 * Netty hands every connection of this JVM to {@link dev.headway.contract.WireTap}, a thread of its
 * own takes the bytes apart and judges each answer, and {@link
 * dev.headway.contract.ContractExtension} fails the test in which one was wrong.
 */
@NullMarked
package dev.headway.contract;

import org.jspecify.annotations.NullMarked;
