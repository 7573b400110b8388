/**
 * AWS entry points: thin handlers that translate events for {@code leads}. One invocation at a time
 * on Lambda's thread. May depend on {@code status}, {@code api}, {@code store}, {@code leads} and
 * the AWS Lambda libraries.
 */
@NullMarked
package dev.headway.lambda;

import org.jspecify.annotations.NullMarked;
