/**
 * What the workers do: accept an upload, split a file, standardize a batch, store and read leads.
 * Blocking; runs in Lambdas or on virtual threads. May depend on {@code status}, {@code api},
 * {@code store} and the AWS SDK.
 */
@NullMarked
package dev.headway.leads;

import org.jspecify.annotations.NullMarked;
